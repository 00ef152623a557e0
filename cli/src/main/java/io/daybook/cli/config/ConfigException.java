// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import java.util.List;

/** A configuration that cannot be used: all its problems at once. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String where, List<String> problems) {
    super(
        "The configuration ("
            + where
            + ") cannot be used:\n  - "
            + String.join("\n  - ", problems));
  }
}
