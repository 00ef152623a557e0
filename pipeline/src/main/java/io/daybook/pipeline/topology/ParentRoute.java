// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.definition.Relation;
import java.util.Arrays;

/**
 * Sends a row to the parent that its foreign key names, and takes it from the one that it named
 * before. A row without a parent still travels where the join is a LEFT JOIN.
 */
final class ParentRoute implements ChangeMapper.Mapping {
  private final Relation child;
  private final Relation parent;

  ParentRoute(Relation child, Relation parent) {
    this.child = child;
    this.parent = parent;
  }

  /** {@code id} tells the row apart from its siblings. */
  @Override
  public void map(byte[] id, Object[][] before, Object[][] after, long version, Output output) {
    byte[] from = key(before, id);
    byte[] to = key(after, id);
    if (from != null && !Arrays.equals(from, to)) {
      output.send(from, new Message.Child(id, version, null));
    }
    if (to != null) {
      output.send(to, new Message.Child(id, version, after));
    }
  }

  private byte[] key(Object[][] rows, byte[] id) {
    if (rows == null) {
      return null;
    }
    Object foreignKey = rows[child.slot()][parent.childColumn()];
    if (foreignKey == null) {
      return parent.required() ? null : KeyFormat.orphan(id);
    }
    return KeyFormat.key(parent, foreignKey);
  }
}
