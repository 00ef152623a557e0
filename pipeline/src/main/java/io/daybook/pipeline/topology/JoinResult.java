// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

/** What becomes of the rows that a join has put together. */
sealed interface JoinResult {

  /**
   * A joined row has changed.
   *
   * @param id of the child's entry, unique over all parents
   * @param before the joined rows before, null for none
   * @param after the joined rows now, null for none
   * @param version of the child's own row
   */
  void changed(byte[] id, Object[][] before, Object[][] after, long version, Output output);

  /** The fact with its last parent: its contribution changes. */
  record ToCells(CellChanges changes) implements JoinResult {
    @Override
    public void changed(
        byte[] id, Object[][] before, Object[][] after, long version, Output output) {
      changes.map(id, before, after, version, output);
    }
  }

  /** A child with more parents: on to the next one. */
  record ToNextParent(ParentRoute route) implements JoinResult {
    @Override
    public void changed(
        byte[] id, Object[][] before, Object[][] after, long version, Output output) {
      route.map(id, before, after, version, output);
    }
  }

  /** A parent that has its own parents now: to its children. */
  record ToChildren(Announcement announcement) implements JoinResult {
    @Override
    public void changed(
        byte[] id, Object[][] before, Object[][] after, long version, Output output) {
      announcement.send(before, after, version, output);
    }
  }
}
