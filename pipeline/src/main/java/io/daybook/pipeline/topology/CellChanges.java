// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.contribution.Contribution;
import io.daybook.schemas.contribution.Contributor;
import io.daybook.schemas.topic.Degradation;
import java.util.Objects;

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
    if (Objects.equals(before, after)) {
      return;
    }
    if (before instanceof Contribution.ToCell old
        && after instanceof Contribution.ToCell now
        && old.sameCell(now)) {
      output.send(now.key(), new Message.CellChange(contributor.difference(old, now)));
      return;
    }
    if (before instanceof Contribution.ToCell old) {
      output.send(old.key(), new Message.CellChange(contributor.retraction(old)));
    } else if (before instanceof Contribution.Unknown old) {
      output.send(Degradation.key(old.workspace()), new Message.Doubt(-1, null));
    }
    if (after instanceof Contribution.ToCell now) {
      output.send(now.key(), new Message.CellChange(contributor.addition(now)));
    } else if (after instanceof Contribution.Unknown now) {
      output.send(Degradation.key(now.workspace()), new Message.Doubt(1, now.reason()));
    }
  }
}
