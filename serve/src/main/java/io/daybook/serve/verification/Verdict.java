// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a verification found; a worse one comes later. */
public enum Verdict {
  EQUAL,
  /** No difference was found, but not everything could be judged. */
  UNDECIDED,
  DRIFT;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
