// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import com.fasterxml.jackson.annotation.JsonValue;

/** How one check came out; a worse one comes later. */
public enum Outcome {
  OK("ok"),
  /** It works, and something about it will be regretted. */
  WARNING("warning"),
  /** It cannot work before this is mended. */
  BLOCKS("blocks"),
  /** It cannot even be asked, or does not let us in; to readers of the report it blocks. */
  UNREACHABLE("blocks");

  private final String text;

  Outcome(String text) {
    this.text = text;
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
