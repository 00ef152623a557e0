// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SpecialNumber;
import io.daybook.schemas.catalogue.SqlType;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Order and arithmetic of Postgres' {@code numeric}, its special values included.
 *
 * @see <a href="https://www.postgresql.org/docs/current/datatype-numeric.html">numeric types</a>:
 *     NaN equals itself and sorts above everything; Infinity - Infinity and 0 * Infinity are NaN
 */
final class Numerics {
  /** Largest scale of a result, NUMERIC_MAX_RESULT_SCALE in Postgres' numeric.h. */
  private static final int SCALE_MAX = 2000;

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

  static Object abs(Object number) {
    if (number instanceof BigDecimal decimal) {
      return decimal.abs();
    }
    return number == SpecialNumber.NEGATIVE_INFINITY ? SpecialNumber.POSITIVE_INFINITY : number;
  }

  /** To so many digits after the point, or before it where negative; keeps what is no number. */
  static Object round(Object number, long digits, RoundingMode mode) {
    if (!(number instanceof BigDecimal decimal)) {
      return number;
    }
    int scale = (int) Math.max(-SCALE_MAX, Math.min(digits, SCALE_MAX));
    BigDecimal rounded = decimal.setScale(scale, mode);
    return scale < 0 ? rounded.setScale(0) : rounded;
  }

  /** As a {@code numeric(precision, scale)} holds it. */
  static Object fit(Object number, int precision, int scale) {
    if (number == SpecialNumber.NAN) {
      return number;
    }
    if (number instanceof BigDecimal decimal) {
      BigDecimal rounded = decimal.setScale(scale, RoundingMode.HALF_UP);
      if (rounded.signum() == 0 || rounded.precision() <= precision) {
        return scale < 0 ? rounded.setScale(0) : rounded;
      }
    }
    throw new EvaluationException("numeric field overflow");
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
