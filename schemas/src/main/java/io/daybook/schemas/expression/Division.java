// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SpecialNumber;
import io.daybook.schemas.catalogue.SqlType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * {@code /} and {@code %} of integers, which truncate, and of numeric, where Postgres chooses the
 * scale of a quotient by the digits of both sides.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/functions-math.html#FUNCTIONS-MATH-OP-TABLE">Mathematical
 *     operators</a>; the scale follows select_div_scale in Postgres' numeric.c: sixteen significant
 *     digits at least, counted in groups of four
 */
final class Division {
  private static final int SIGNIFICANT_DIGITS_MIN = 16;
  private static final int GROUP = 4;
  private static final int SCALE_MAX = 1000;
  private static final BigInteger BASE = BigInteger.valueOf(10_000);

  private Division() {}

  static Long integers(long left, long right, Kind kind) {
    requireNotZero(right == 0);
    if (right == -1) {
      if (left == Long.MIN_VALUE) {
        throw Numerics.outOfRange(kind);
      }
      return Numerics.inRange(-left, kind);
    }
    return left / right;
  }

  static Long integerRemainder(long left, long right) {
    requireNotZero(right == 0);
    return right == -1 ? 0 : left % right;
  }

  static Object numerics(Object left, Object right) {
    if (left == SpecialNumber.NAN || right == SpecialNumber.NAN) {
      return SpecialNumber.NAN;
    }
    requireNotZero(isZero(right));
    if (left instanceof SpecialNumber) {
      if (right instanceof SpecialNumber) {
        return SpecialNumber.NAN;
      }
      return ((BigDecimal) right).signum() < 0 ? Numerics.negate(left) : left;
    }
    if (right instanceof SpecialNumber) {
      return BigDecimal.ZERO;
    }
    BigDecimal dividend = (BigDecimal) left;
    BigDecimal divisor = (BigDecimal) right;
    return dividend.divide(divisor, scale(dividend, divisor), RoundingMode.HALF_UP);
  }

  static Object numericRemainder(Object left, Object right) {
    if (left == SpecialNumber.NAN || right == SpecialNumber.NAN) {
      return SpecialNumber.NAN;
    }
    requireNotZero(isZero(right));
    if (left instanceof SpecialNumber) {
      return SpecialNumber.NAN;
    }
    if (right instanceof SpecialNumber) {
      return left;
    }
    BigDecimal dividend = (BigDecimal) left;
    BigDecimal divisor = (BigDecimal) right;
    return dividend.remainder(divisor).setScale(Math.max(dividend.scale(), divisor.scale()));
  }

  private static boolean isZero(Object number) {
    return number instanceof BigDecimal decimal && decimal.signum() == 0;
  }

  private static void requireNotZero(boolean zero) {
    if (zero) {
      throw new EvaluationException("division by zero");
    }
  }

  private static int scale(BigDecimal dividend, BigDecimal divisor) {
    int weight = weight(dividend) - weight(divisor);
    if (firstGroup(dividend) <= firstGroup(divisor)) {
      weight--;
    }
    int scale = SIGNIFICANT_DIGITS_MIN - weight * GROUP;
    scale = Math.max(scale, Math.max(dividend.scale(), divisor.scale()));
    return Math.min(Math.max(scale, 0), SCALE_MAX);
  }

  /** Place of the first group of four digits that is not zero: 0 for 1 to 9999, -1 for 0.0001. */
  private static int weight(BigDecimal number) {
    if (number.signum() == 0) {
      return 0;
    }
    return Math.floorDiv(number.precision() - number.scale() - 1, GROUP);
  }

  private static int firstGroup(BigDecimal number) {
    if (number.signum() == 0) {
      return 0;
    }
    return number
        .abs()
        .movePointLeft(weight(number) * GROUP)
        .toBigInteger()
        .mod(BASE)
        .intValueExact();
  }
}
