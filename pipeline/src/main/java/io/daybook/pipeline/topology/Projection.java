// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Relation;

/** Cuts a stored row down to the columns that one fact uses of it, placed in the joined row. */
final class Projection {
  private final int[] indexes;
  private final int slot;
  private final int slots;

  Projection(Table stored, Fact fact, Relation relation) {
    this.slot = relation.slot();
    this.slots = fact.relations().size();
    this.indexes =
        relation.table().columns().stream()
            .mapToInt(column -> stored.indexOf(column.name()))
            .toArray();
  }

  /** The joined row with just this relation in it, or null for no row. */
  Object[][] of(Object[] row) {
    if (row == null) {
      return null;
    }
    Object[] used = new Object[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      used[i] = row[indexes[i]];
    }
    Object[][] joined = new Object[slots][];
    joined[slot] = used;
    return joined;
  }
}
