// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.catalogue.SpecialNumber;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The laws of {@link Aggregate}, on random states. */
class AggregatePropertyTest {
  private static final int RUNS = 2_000;
  private final long seed = Long.getLong("daybook.seed", System.nanoTime());

  @Test
  void countsOfRowsAreAGroup() throws IOException {
    laws(new CountAggregate(true), AggregatePropertyTest::integer);
  }

  @Test
  void countsOfValuesAreAGroup() throws IOException {
    laws(new CountAggregate(false), AggregatePropertyTest::integer);
  }

  @Test
  void integerSumsAreAGroup() throws IOException {
    laws(new IntegerSum(), AggregatePropertyTest::integer);
  }

  @Test
  void numericSumsAreAGroup() throws IOException {
    laws(new NumericSum(), AggregatePropertyTest::number);
  }

  private <S> void laws(Aggregate<S> aggregate, Function<Random, Object> argument)
      throws IOException {
    Random random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      String hint = aggregate + ", run " + run + ", -Ddaybook.seed=" + seed;
      S a = state(aggregate, argument, random);
      S b = state(aggregate, argument, random);
      S c = state(aggregate, argument, random);
      assertEquals(aggregate.plus(a, b), aggregate.plus(b, a), hint);
      assertEquals(
          aggregate.plus(aggregate.plus(a, b), c), aggregate.plus(a, aggregate.plus(b, c)), hint);
      assertEquals(a, aggregate.plus(a, aggregate.zero()), hint);
      assertEquals(aggregate.zero(), aggregate.plus(a, aggregate.negate(a)), hint);
      assertEquals(
          aggregate.zero().hashCode(), aggregate.plus(a, aggregate.negate(a)).hashCode(), hint);
      assertEquals(a, copy(aggregate, a), hint);
      assertEquals(aggregate.result(a), aggregate.result(copy(aggregate, a)), hint);
      assertTrue(aggregate.isSettled(a), hint);
      assertEquals(
          aggregate.isSettled(aggregate.negate(a)),
          aggregate.zero().equals(a) || aggregate.isSettled(aggregate.negate(a)),
          hint);
    }
  }

  /** A state that up to four rows add up to. */
  private static <S> S state(
      Aggregate<S> aggregate, Function<Random, Object> argument, Random random) {
    S sum = aggregate.zero();
    for (int i = random.nextInt(5); i > 0; i--) {
      sum = aggregate.plus(sum, aggregate.of(argument.apply(random)));
    }
    return sum;
  }

  private static <S> S copy(Aggregate<S> aggregate, S state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    aggregate.write(state, new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    S copy = aggregate.read(in);
    assertEquals(0, in.available(), "bytes are left over");
    return copy;
  }

  private static Object integer(Random random) {
    return random.nextInt(4) == 0 ? null : (Object) (long) random.nextInt();
  }

  private static Object number(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> SpecialNumber.values()[random.nextInt(3)];
      case 2 -> random.nextLong();
      default -> new BigDecimal(new BigInteger(random.nextInt(120), random), random.nextInt(10));
    };
  }
}
