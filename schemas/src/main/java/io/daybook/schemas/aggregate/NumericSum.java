// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.aggregate;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.catalogue.SpecialNumber;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * {@code sum(bigint)} and {@code sum(numeric)}: a numeric, NULL when nothing was added. NaN and the
 * infinities are counted apart, so that they can be retracted; Postgres' rules put them together
 * again: NaN wins, and so do infinities of both signs.
 */
public record NumericSum() implements Aggregate<NumericSum.State> {

  /**
   * @param sum of the finite values
   * @param values how many were not NULL, the special ones included
   * @param nans how many were NaN
   * @param positives how many were infinity
   * @param negatives how many were -infinity
   */
  public record State(BigDecimal sum, long values, long nans, long positives, long negatives) {
    @Override
    public boolean equals(Object other) {
      return other instanceof State that
          && values == that.values
          && nans == that.nans
          && positives == that.positives
          && negatives == that.negatives
          && sum.compareTo(that.sum) == 0;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(values) * 31 + sum.stripTrailingZeros().hashCode();
    }
  }

  private static final State ZERO = new State(BigDecimal.ZERO, 0, 0, 0, 0);

  @Override
  public State zero() {
    return ZERO;
  }

  @Override
  public State of(Object argument) {
    if (argument == null) {
      return ZERO;
    }
    if (argument instanceof SpecialNumber special) {
      return switch (special) {
        case NAN -> new State(BigDecimal.ZERO, 1, 1, 0, 0);
        case POSITIVE_INFINITY -> new State(BigDecimal.ZERO, 1, 0, 1, 0);
        case NEGATIVE_INFINITY -> new State(BigDecimal.ZERO, 1, 0, 0, 1);
      };
    }
    BigDecimal number =
        argument instanceof Long whole ? BigDecimal.valueOf(whole) : (BigDecimal) argument;
    return new State(number, 1, 0, 0, 0);
  }

  @Override
  public State plus(State left, State right) {
    return new State(
        left.sum.add(right.sum),
        left.values + right.values,
        left.nans + right.nans,
        left.positives + right.positives,
        left.negatives + right.negatives);
  }

  @Override
  public State negate(State state) {
    return new State(
        state.sum.negate(), -state.values, -state.nans, -state.positives, -state.negatives);
  }

  @Override
  public Object result(State state) {
    if (state.values == 0) {
      return null;
    }
    if (state.nans > 0 || (state.positives > 0 && state.negatives > 0)) {
      return SpecialNumber.NAN;
    }
    if (state.positives > 0) {
      return SpecialNumber.POSITIVE_INFINITY;
    }
    return state.negatives > 0 ? SpecialNumber.NEGATIVE_INFINITY : state.sum;
  }

  @Override
  public boolean isSettled(State state) {
    return state.values >= 0 && state.nans >= 0 && state.positives >= 0 && state.negatives >= 0;
  }

  @Override
  public void write(State state, DataOutput out) throws IOException {
    Binary.writeBytes(state.sum.unscaledValue().toByteArray(), out);
    VarInt.write(state.sum.scale(), out);
    VarInt.write(state.values, out);
    VarInt.write(state.nans, out);
    VarInt.write(state.positives, out);
    VarInt.write(state.negatives, out);
  }

  @Override
  public State read(DataInput in) throws IOException {
    BigDecimal sum = new BigDecimal(new BigInteger(Binary.readBytes(in)), (int) VarInt.read(in));
    return new State(sum, VarInt.read(in), VarInt.read(in), VarInt.read(in), VarInt.read(in));
  }
}
