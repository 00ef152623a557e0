// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.util.List;

/** All faults, in the order in which they are run. */
final class Faults {
  static final List<Reported> ALL =
      List.of(
          new DrawnSelects(),
          new DrawnHistories(),
          new CaptureKilled(),
          new AggregateKilled(),
          new SinkKilled(),
          new SinkPaused(),
          new BrokerDown(),
          new Connections(),
          new RedisDown(),
          new SlotLost(),
          new SlotAndOffsetApart(),
          new SourcePromoted(),
          new SourceRestored(),
          new KeyChangeCut(),
          new RebalanceStorm(),
          new Truncated(),
          new UnchangedToast(),
          new RowsMove(),
          new SchemaChanged(),
          new StrangeDays(),
          new UnreadableRecords(),
          new TargetTrouble(),
          new StateGone(),
          new PostgresKilled(),
          new Refreshed(),
          new Everything(),
          new LongTransactions(), // leaves millions of records that a restoration reads
          new SnapshotKilled(),
          new Recomputed(),
          new ModesFlipped(),
          new DrawnCanaries());

  private Faults() {}
}
