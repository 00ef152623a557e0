// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.util.Comparator;
import java.util.Set;

/** {@code = <> < <= > >=} and {@code IS DISTINCT FROM} on two values of one type. */
final class Comparisons {
  static final Set<String> OPERATORS =
      Set.of("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM");
  private static final Set<String> EQUALITY =
      Set.of("=", "<>", "IS DISTINCT FROM", "IS NOT DISTINCT FROM");

  private Comparisons() {}

  static Expression compare(String operator, Expression left, Expression right, Node node) {
    Comparator<Object> order = order(left.type(), operator, node);
    return switch (operator) {
      case "=" -> test(left, right, (a, b) -> order.compare(a, b) == 0);
      case "<>" -> test(left, right, (a, b) -> order.compare(a, b) != 0);
      case "<" -> test(left, right, (a, b) -> order.compare(a, b) < 0);
      case "<=" -> test(left, right, (a, b) -> order.compare(a, b) <= 0);
      case ">" -> test(left, right, (a, b) -> order.compare(a, b) > 0);
      case ">=" -> test(left, right, (a, b) -> order.compare(a, b) >= 0);
      default -> {
        boolean wanted = operator.equals("IS DISTINCT FROM");
        yield new Typed(
            SqlType.BOOLEAN,
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

  private static Comparator<Object> order(SqlType type, String operator, Node node) {
    Kind kind = type.kind();
    if ((kind == Kind.TEXT || kind == Kind.ENUM) && !EQUALITY.contains(operator)) {
      throw new RefusedException(
          node.place(),
          "Not supported: '" + node.sql() + "', an order of " + type + " values.",
          "Text orders by the database's collation; compare with = <> or IN.");
    }
    return switch (kind) {
      case BOOLEAN -> (a, b) -> Boolean.compare((Boolean) a, (Boolean) b);
      case INT2, INT4, INT8, TIMESTAMP, TIMESTAMPTZ -> (a, b) -> Long.compare((Long) a, (Long) b);
      case DATE -> (a, b) -> Integer.compare((Integer) a, (Integer) b);
      case NUMERIC -> Numerics::compare;
      case TEXT, ENUM, UUID -> (a, b) -> ((String) a).compareTo((String) b);
      case BPCHAR, UNSUPPORTED ->
          throw new RefusedException(
              node.place(),
              "Not supported: '" + node.sql() + "', a comparison of " + type + " values.",
              "");
    };
  }
}
