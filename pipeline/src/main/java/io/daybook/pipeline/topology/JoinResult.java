// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.contribution.Contribution;

/** What becomes of the rows that a join has put together. */
sealed interface JoinResult {

  /**
   * An entry's joined row has changed.
   *
   * @param id the entry's, unique over all parents
   * @param before the entry's own rows before, null for none
   * @param after the joined rows now, null for none
   * @param last what the previous call for this entry returned, null at first
   * @return what to keep with the entry
   */
  byte[] changed(
      byte[] id, Object[][] before, Object[][] after, long version, byte[] last, Output output);

  /** The fact with its last parent: its contribution changes, and the entry keeps the new one. */
  record ToCells(CellChanges changes, CellAlgebra cells, int fact) implements JoinResult {
    @Override
    public byte[] changed(
        byte[] id, Object[][] before, Object[][] after, long version, byte[] last, Output output) {
      Contribution old =
          last == null ? null : Binary.read(last, in -> cells.readContribution(fact, in));
      Contribution now = changes.of(after);
      changes.send(old, now, output);
      return now == null ? null : Binary.write(out -> cells.write(fact, now, out));
    }
  }

  /** A child with more parents: on to the next one. */
  record ToNextParent(ParentRoute route) implements JoinResult {
    @Override
    public byte[] changed(
        byte[] id, Object[][] before, Object[][] after, long version, byte[] last, Output output) {
      route.map(id, before, after, version, output);
      return null;
    }
  }

  /** A parent that has its own parents now: to its children. */
  record ToChildren(Announcement announcement) implements JoinResult {
    @Override
    public byte[] changed(
        byte[] id, Object[][] before, Object[][] after, long version, byte[] last, Output output) {
      announcement.send(before, after, version, output);
      return null;
    }
  }
}
