// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.contribution.Delta;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.schemas.topic.Watermark;
import java.util.Arrays;

/** What flows between the processors of a topology. */
sealed interface Message {

  /**
   * A watermark on its way.
   *
   * @param channel who sent it: a receiver takes the minimum over all its channels
   */
  record Mark(String channel, Watermark watermark) implements Message {}

  /**
   * A row of a table has changed. Never leaves its task.
   *
   * @param before the row as the store had it, null for none
   * @param after the row as it is now, null for none
   * @param version grows with every change of the row: the offset of its CDC record
   */
  record Change(Object[] before, Object[] after, long version) implements Message {}

  /**
   * A row that is to be joined with the parent under whose key it travels.
   *
   * @param id tells it apart from its siblings
   * @param rows by slot of the fact; null when it is no longer under this parent
   */
  record Child(byte[] id, long version, Object[][] rows) implements Message {
    @Override
    public String toString() {
      return "Child[" + version + ", " + Arrays.deepToString(rows) + "]";
    }
  }

  /**
   * A parent with its own parents.
   *
   * @param id tells it apart from others under the same value of a unique column: for an instant
   *     there may be two, when the one that now has the value is heard of before the one that had
   *     it; {@link #ALONE} under a primary key
   * @param version of the parent's own row: what an older one says is not news
   * @param rows by slot of the fact; null when the parent is gone
   */
  record Parent(byte[] id, long version, Object[][] rows) implements Message {
    static final byte[] ALONE = {};

    @Override
    public String toString() {
      return "Parent[" + version + ", " + Arrays.deepToString(rows) + "]";
    }
  }

  /** A change to the cell under whose key it travels. */
  record CellChange(Delta delta) implements Message {}

  /**
   * A change of how many rows there are whose contribution is not known; travels under the key of a
   * {@link io.daybook.schemas.topic.Degradation}.
   *
   * @param rows 1 or -1
   * @param reason for people; null where a row is settled
   */
  record Doubt(long rows, String reason) implements Message {}

  /** Cells of a partition are to be sent again. */
  record Refresh(long id, RefreshScope scope) implements Message {}

  /**
   * All of them have been sent.
   *
   * @param complete false where one of them does not settle
   */
  record Refreshed(long id, int partition, boolean complete) implements Message {}

  /** The original bytes of an event for the quarantine topic; null where it is settled. */
  record Quarantined(byte[] event) implements Message {}

  /** The value of a rollup record; null for a tombstone. */
  record Result(byte[] value) implements Message {}
}
