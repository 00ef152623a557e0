// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.definition.Relation;
import java.util.Arrays;

/**
 * Sends a parent to where its children are: under the value of the column by which they name it. A
 * unique column may change, and then the parent is gone from its old value; where it is NULL, no
 * child can name it.
 */
record Announcement(Relation parent) implements ChangeMapper.Mapping {

  @Override
  public void map(byte[] id, Object[][] before, Object[][] after, long version, Output output) {
    send(before, after, version, output);
  }

  /** Either row may be null. */
  void send(Object[][] before, Object[][] after, long version, Output output) {
    byte[] from = key(before);
    byte[] to = key(after);
    byte[] id = id(after == null ? before : after);
    if (from != null && !Arrays.equals(from, to)) {
      output.send(from, new Message.Parent(id, version, null));
    }
    if (to != null) {
      output.send(to, new Message.Parent(id, version, after));
    }
  }

  private byte[] key(Object[][] rows) {
    Object value = rows == null ? null : rows[parent.slot()][parent.keyColumn()];
    return value == null ? null : KeyFormat.key(parent, value);
  }

  private byte[] id(Object[][] rows) {
    return parent.byPrimaryKey()
        ? Message.Parent.ALONE
        : KeyFormat.primaryKey(parent.table(), rows[parent.slot()]);
  }
}
