// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.Interval;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** {@code = <> < <= > >=} and {@code IS DISTINCT FROM} on two values of one type. */
final class Comparisons {
  static final Set<String> OPERATORS =
      Set.of("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM");
  private static final Set<String> EQUALITY =
      Set.of("=", "<>", "IS DISTINCT FROM", "IS NOT DISTINCT FROM");

  private Comparisons() {}

  static Expression compare(String operator, Expression left, Expression right, Node node) {
    Comparator<Object> order =
        EQUALITY.contains(operator) ? equality(left.type(), node) : order(left.type(), node);
    return switch (operator) {
      case "=" -> test(left, right, (a, b) -> order.compare(a, b) == 0);
      case "<>" -> test(left, right, (a, b) -> order.compare(a, b) != 0);
      case "<" -> test(left, right, (a, b) -> order.compare(a, b) < 0);
      case "<=" -> test(left, right, (a, b) -> order.compare(a, b) <= 0);
      case ">" -> test(left, right, (a, b) -> order.compare(a, b) > 0);
      case ">=" -> test(left, right, (a, b) -> order.compare(a, b) >= 0);
      default -> {
        boolean wanted = operator.equals("IS DISTINCT FROM");
        yield Typed.of(
            SqlType.BOOLEAN,
            List.of(left, right),
            row -> distinct(order, left.evaluate(row), right.evaluate(row)) == wanted);
      }
    };
  }

  private static Expression test(Expression left, Expression right, Typed.StrictPair test) {
    return Typed.strict(SqlType.BOOLEAN, left, right, test);
  }

  private static boolean distinct(Comparator<Object> order, Object left, Object right) {
    if (left == null || right == null) {
      return left != right;
    }
    return order.compare(left, right) != 0;
  }

  /** Zero for equal values; text is equal where its bytes are. */
  static Comparator<Object> equality(SqlType type, Node node) {
    return switch (type.kind()) {
      case ENUM -> (a, b) -> ((String) a).compareTo((String) b);
      default -> order(type, node);
    };
  }

  static boolean isOrder(String operator) {
    return !EQUALITY.contains(operator);
  }

  /** The order of a type's values; of text, the one under the collation "C". */
  static Comparator<Object> order(SqlType type, Node node) {
    return switch (type.kind()) {
      case BOOLEAN -> (a, b) -> Boolean.compare((Boolean) a, (Boolean) b);
      case INT2, INT4, INT8, TIMESTAMP, TIMESTAMPTZ -> (a, b) -> Long.compare((Long) a, (Long) b);
      case DATE -> (a, b) -> Integer.compare((Integer) a, (Integer) b);
      case NUMERIC -> Numerics::compare;
      case UUID -> (a, b) -> ((String) a).compareTo((String) b);
      case TEXT -> (a, b) -> TextRules.compareBytes((String) a, (String) b);
      case BPCHAR ->
          (a, b) ->
              TextRules.compareBytes(
                  TextRules.withoutPadding((String) a), TextRules.withoutPadding((String) b));
      case INTERVAL -> (a, b) -> ((Interval) a).compareTo((Interval) b);
      case ENUM ->
          throw new RefusedException(
              node.place(),
              "Not supported: '" + node.sql() + "', an order of " + type + " values.",
              "Compare with = <> or IN.");
      case ARRAY, JSONB, UNSUPPORTED ->
          throw new RefusedException(
              node.place(),
              "Not supported: '" + node.sql() + "', a comparison of " + type + " values.",
              "Compare what they hold: x = ANY (array), x ->> 'key' = 'value'.");
    };
  }
}
