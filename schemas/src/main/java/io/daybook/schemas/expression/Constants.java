// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.ArrayText;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import java.util.regex.Pattern;

/** Constants of a SELECT, read only where they can mean one thing. */
final class Constants {
  private static final Pattern CANONICAL_UUID =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern WITH_OFFSET =
      Pattern.compile("-?infinity|.*:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}(:\\d{2}){0,2})( BC)?");

  private Constants() {}

  /**
   * The value that a constant stands for. A zoned time needs its offset, since without one it
   * depends on the session; a plain one must have none, since Postgres would leave it out.
   *
   * @throws IllegalArgumentException for a text that is not as Postgres prints such a value
   */
  static Object parse(SqlType type, String text) {
    boolean sound =
        switch (type.kind()) {
          case UUID -> CANONICAL_UUID.matcher(text).matches();
          case TIMESTAMPTZ -> WITH_OFFSET.matcher(text).matches();
          case TIMESTAMP, DATE -> text.endsWith("infinity") || !WITH_OFFSET.matcher(text).matches();
          case JSONB -> false;
          default -> true;
        };
    if (!sound) {
      throw new IllegalArgumentException("'" + text + "' is no " + type + " as Postgres prints it");
    }
    if (type.kind() == SqlType.Kind.ARRAY) {
      ArrayText.parse(text);
    }
    return type.kind() == SqlType.Kind.INTERVAL ? Intervals.parse(text) : SqlText.parse(type, text);
  }
}
