// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How the contributions to one measure add up: a commutative group, so that the order in which
 * contributions and their retractions arrive does not matter.
 *
 * <p>Laws: {@code plus} is associative and commutative with {@code zero} as neutral element, and
 * {@code plus(s, negate(s))} equals {@code zero}.
 *
 * @param <S> its state, an immutable value with equality
 */
public interface Aggregate<S> {
  S zero();

  /** The state that one row with this argument adds; {@code argument} may be null. */
  S of(Object argument);

  S plus(S left, S right);

  S negate(S state);

  /** The SQL value to show, null for NULL. */
  Object result(S state);

  /** False while retractions have overtaken what they retract; such a state is not shown. */
  boolean isSettled(S state);

  void write(S state, DataOutput out) throws IOException;

  S read(DataInput in) throws IOException;
}
