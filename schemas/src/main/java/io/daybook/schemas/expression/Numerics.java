// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SpecialNumber;
import io.daybook.schemas.catalogue.SqlType;
import java.math.BigDecimal;

/**
 * Order and arithmetic of Postgres' {@code numeric}, its special values included.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-numeric.html">numeric types</a>:
 *     NaN equals itself and sorts above everything; Infinity - Infinity and 0 * Infinity are NaN
 */
final class Numerics {
  private Numerics() {}

  static int compare(Object left, Object right) {
    int byRank = Integer.compare(rank(left), rank(right));
    return byRank != 0 || rank(left) != 0
        ? byRank
        : ((BigDecimal) left).compareTo((BigDecimal) right);
  }

  private static int rank(Object number) {
    if (number instanceof SpecialNumber special) {
      return switch (special) {
        case NEGATIVE_INFINITY -> -1;
        case POSITIVE_INFINITY -> 1;
        case NAN -> 2;
      };
    }
    return 0;
  }

  static Object negate(Object number) {
    if (number instanceof SpecialNumber special) {
      return switch (special) {
        case NEGATIVE_INFINITY -> SpecialNumber.POSITIVE_INFINITY;
        case POSITIVE_INFINITY -> SpecialNumber.NEGATIVE_INFINITY;
        case NAN -> SpecialNumber.NAN;
      };
    }
    return ((BigDecimal) number).negate();
  }

  static Object add(Object left, Object right) {
    if (left instanceof BigDecimal l && right instanceof BigDecimal r) {
      return l.add(r);
    }
    if (rank(left) == 0) {
      return right;
    }
    return rank(right) == 0 || left == right ? left : SpecialNumber.NAN;
  }

  static Object multiply(Object left, Object right) {
    if (left instanceof BigDecimal l && right instanceof BigDecimal r) {
      return l.multiply(r);
    }
    if (left == SpecialNumber.NAN || right == SpecialNumber.NAN) {
      return SpecialNumber.NAN;
    }
    int sign = sign(left) * sign(right);
    if (sign == 0) {
      return SpecialNumber.NAN;
    }
    return sign > 0 ? SpecialNumber.POSITIVE_INFINITY : SpecialNumber.NEGATIVE_INFINITY;
  }

  private static int sign(Object number) {
    return number instanceof BigDecimal decimal ? decimal.signum() : rank(number);
  }

  /** The value if it fits the integer type; otherwise the error Postgres raises. */
  static Long inRange(long value, SqlType.Kind kind) {
    boolean fits =
        switch (kind) {
          case INT2 -> value == (short) value;
          case INT4 -> value == (int) value;
          default -> true;
        };
    if (!fits) {
      throw outOfRange(kind);
    }
    return value;
  }

  static EvaluationException outOfRange(SqlType.Kind kind) {
    String name =
        switch (kind) {
          case INT2 -> "smallint";
          case INT4 -> "integer";
          default -> "bigint";
        };
    return new EvaluationException(name + " out of range");
  }
}
