// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.contribution.Contribution;
import io.daybook.schemas.contribution.Contributor;

/** Sends to the cells what changes when one contribution takes the place of another. */
final class CellChanges implements ChangeMapper.Mapping {
  private final Contributor contributor;

  CellChanges(Contributor contributor) {
    this.contributor = contributor;
  }

  /** For a fact without joins: both contributions follow from the row itself. */
  @Override
  public void map(byte[] key, Object[][] before, Object[][] after, long version, Output output) {
    send(of(before), of(after), output);
  }

  /** What a joined row contributes; null for no row. */
  Contribution of(Object[][] row) {
    return row == null ? null : contributor.of(row);
  }

  /** Either contribution may be null; equal ones send nothing. */
  void send(Contribution before, Contribution after, Output output) {
    if (before != null && after != null && before.sameCell(after)) {
      if (!before.equals(after)) {
        output.send(after.key(), new Message.CellChange(contributor.difference(before, after)));
      }
      return;
    }
    if (before != null) {
      output.send(before.key(), new Message.CellChange(contributor.retraction(before)));
    }
    if (after != null) {
      output.send(after.key(), new Message.CellChange(contributor.addition(after)));
    }
  }
}
