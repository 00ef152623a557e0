// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.schemas.catalogue.SpecialNumber;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class SumTest {
  private final NumericSum numeric = new NumericSum();

  @Test
  void aSumOfNothingIsNull() {
    assertNull(numeric.result(sum()));
    assertNull(numeric.result(sum((Object) null)));
    assertNull(new IntegerSum().result(new IntegerSum().zero()));
  }

  @Test
  void aSumOfBigintsIsExactBeyond64Bits() {
    assertEquals(
        new BigDecimal("18446744073709551614"),
        numeric.result(sum(Long.MAX_VALUE, Long.MAX_VALUE)));
  }

  @Test
  void specialNumbersAddUpAsInPostgres() {
    BigDecimal one = BigDecimal.ONE;
    SpecialNumber up = SpecialNumber.POSITIVE_INFINITY;
    SpecialNumber down = SpecialNumber.NEGATIVE_INFINITY;
    assertEquals(up, numeric.result(sum(one, up, up)));
    assertEquals(down, numeric.result(sum(down, one)));
    assertEquals(SpecialNumber.NAN, numeric.result(sum(up, down)));
    assertEquals(SpecialNumber.NAN, numeric.result(sum(up, SpecialNumber.NAN)));
    NumericSum.State without =
        numeric.plus(sum(one, SpecialNumber.NAN), numeric.negate(sum(SpecialNumber.NAN)));
    assertEquals(one, numeric.result(without));
  }

  @Test
  void aRetractionThatCameFirstIsNotSettled() {
    assertFalse(numeric.isSettled(numeric.negate(sum(BigDecimal.ONE))));
    assertFalse(
        numeric.isSettled(
            numeric.plus(sum(BigDecimal.ONE), numeric.negate(sum(SpecialNumber.NAN)))));
    assertFalse(new CountAggregate(true).isSettled(-1L));
  }

  @Test
  void anIntegerSumBeyond64BitsIsAnError() {
    IntegerSum.State most = new IntegerSum.State(Long.MAX_VALUE, 1);
    assertThrows(ArithmeticException.class, () -> new IntegerSum().plus(most, most));
  }

  private NumericSum.State sum(Object... arguments) {
    NumericSum.State sum = numeric.zero();
    for (Object each : arguments) {
      sum = numeric.plus(sum, numeric.of(each));
    }
    return sum;
  }
}
