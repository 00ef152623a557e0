// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Conditions on a workspace column of any type that mean "its text is …", in a form for which
 * Postgres can use an index on the column: {@code c = $1::uuid} where {@code c::text = $1} could
 * not.
 *
 * <p>A text that no value of the type prints as ("abc" or "007" for an integer, an upper-case UUID)
 * matches nothing and raises no error, so that the live query answers an unknown workspace as the
 * rollup does: with no rows. Types other than text, integer and UUID are compared as text and use
 * no index unless one exists on the text.
 */
final class WorkspaceMatch {
  private static final String INTEGER = "^(0|-?[1-9][0-9]{0,18})$";
  private static final String UUID =
      "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
  private static final BigInteger INT8_MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger INT8_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private final SqlType.Kind kind;

  WorkspaceMatch(SqlType type) {
    this.kind = type.kind();
  }

  /**
   * The condition for one workspace.
   *
   * @param column SQL expression of the column
   * @param text SQL expression of type text, evaluated before the query starts: a parameter
   */
  String is(String column, String text) {
    return switch (kind) {
      case TEXT -> column + " = " + text;
      case INT2, INT4, INT8 ->
          column
              + " = CASE WHEN %1$s ~ '%2$s' THEN CASE WHEN %1$s::numeric BETWEEN %3$d AND %4$d"
                  .formatted(text, INTEGER, INT8_MIN, INT8_MAX)
              + " THEN %s::bigint END END".formatted(text);
      case UUID -> column + " = CASE WHEN %1$s ~ '%2$s' THEN %1$s::uuid END".formatted(text, UUID);
      default -> column + "::text = " + text;
    };
  }

  /** The condition for any of these workspaces. */
  String in(String column, Collection<String> texts) {
    return switch (kind) {
      case TEXT -> column + anyOf(texts, "text");
      case INT2, INT4, INT8 ->
          column + anyOf(texts.stream().filter(WorkspaceMatch::isInt8).toList(), "bigint");
      case UUID ->
          column
              + anyOf(texts.stream().filter(Pattern.compile(UUID).asPredicate()).toList(), "uuid");
      default -> column + "::text" + anyOf(texts, "text");
    };
  }

  /** {@code = ANY (ARRAY['a', 'b']::type[])}. */
  static String anyOf(Collection<String> texts, String type) {
    List<String> literals = texts.stream().map(Identifier::literal).toList();
    return literals.stream().collect(joining(", ", " = ANY (ARRAY[", "]::" + type + "[])"));
  }

  private static boolean isInt8(String text) {
    if (!text.matches(INTEGER)) {
      return false;
    }
    BigInteger value = new BigInteger(text);
    return value.compareTo(INT8_MIN) >= 0 && value.compareTo(INT8_MAX) <= 0;
  }
}
