// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.aggregate;

import io.daybook.schemas.binary.VarInt;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * {@code count(*)} and {@code count(x)}: how many rows, or how many with a value.
 *
 * @param everyRow true for {@code count(*)}
 */
public record CountAggregate(boolean everyRow) implements Aggregate<Long> {
  @Override
  public Long zero() {
    return 0L;
  }

  @Override
  public Long of(Object argument) {
    return everyRow || argument != null ? 1L : 0L;
  }

  @Override
  public Long plus(Long left, Long right) {
    return left + right;
  }

  @Override
  public Long negate(Long state) {
    return -state;
  }

  @Override
  public Object result(Long state) {
    return state;
  }

  @Override
  public boolean isSettled(Long state) {
    return state >= 0;
  }

  @Override
  public void write(Long state, DataOutput out) throws IOException {
    VarInt.write(state, out);
  }

  @Override
  public Long read(DataInput in) throws IOException {
    return VarInt.read(in);
  }
}
