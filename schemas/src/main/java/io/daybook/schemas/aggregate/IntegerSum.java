// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.aggregate;

import io.daybook.schemas.binary.VarInt;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** {@code sum(smallint)} and {@code sum(integer)}: a bigint, NULL when nothing was added. */
public record IntegerSum() implements Aggregate<IntegerSum.State> {

  /**
   * @param sum of the values
   * @param values how many were not NULL
   */
  public record State(long sum, long values) {}

  private static final State ZERO = new State(0, 0);

  @Override
  public State zero() {
    return ZERO;
  }

  @Override
  public State of(Object argument) {
    return argument == null ? ZERO : new State((Long) argument, 1);
  }

  @Override
  public State plus(State left, State right) {
    return new State(Math.addExact(left.sum, right.sum), left.values + right.values);
  }

  @Override
  public State negate(State state) {
    return new State(Math.negateExact(state.sum), -state.values);
  }

  @Override
  public Object result(State state) {
    return state.values == 0 ? null : state.sum;
  }

  @Override
  public boolean isSettled(State state) {
    return state.values >= 0;
  }

  @Override
  public void write(State state, DataOutput out) throws IOException {
    VarInt.write(state.sum, out);
    VarInt.write(state.values, out);
  }

  @Override
  public State read(DataInput in) throws IOException {
    return new State(VarInt.read(in), VarInt.read(in));
  }
}
