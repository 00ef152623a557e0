// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.installation.Refreshing;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.topic.RefreshScope;
import io.daybook.serve.refresh.Refresh;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of the table are spoilt by hand and written once more, while the load changes the same days
 * and, in turn, nothing, aggregates, sinks or all of them are killed.
 */
final class Refreshed implements Fault {
  private static final Duration DONE_WITHIN = Duration.ofSeconds(120);
  private static final int VARIANTS = 4;
  private static final int SPOILT = 30;

  @Override
  public String id() {
    return "F22";
  }

  @Override
  public String title() {
    return "rows spoilt by hand, and written once more against live changes of the same days";
  }

  @Override
  public int injections() {
    return VARIANTS;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    List<RoleProcess> victims =
        switch (turn.variant(VARIANTS)) {
          case 0 -> List.of();
          case 1 -> site.aggregates();
          case 2 -> site.sinks();
          default -> site.processes();
        };
    Refreshing refreshing = new Refreshing(site.installation());
    final long statements = site.load().statements();
    Instant at = Instant.now();
    int spoilt = 0;
    List<Refresh> asked = new ArrayList<>();
    for (Rollup rollup : site.rollups()) {
      spoilt += spoil(site, rollup);
      asked.add(refreshing.ask(rollup, RefreshScope.of(List.of())));
    }
    StringBuilder dead = new StringBuilder();
    for (RoleProcess each : victims) {
      dead.append(' ').append(each.kill());
    }
    for (RoleProcess each : victims) {
      each.start();
    }
    List<String> complaints = new ArrayList<>();
    long removed = 0;
    for (Refresh each : asked) {
      boolean done = Await.within(DONE_WITHIN, () -> refreshing.now(each).ended());
      Refresh now = refreshing.now(each);
      if (!done || now.failed() != null) {
        complaints.add("refresh " + each.id() + " of " + each.rollup() + ": " + now);
      } else {
        removed += now.removed();
      }
    }
    long meanwhile = site.load().statements() - statements;
    return new Injection(
        at,
        spoilt > 0 && meanwhile > 0,
        "%d rows spoilt, %d of no cell removed; %d statements meanwhile; dead are pids%s"
            .formatted(spoilt, removed, meanwhile, dead),
        complaints);
  }

  /** Some rows are changed, some deleted, and some of workspaces that there are not invented. */
  private static int spoil(Site site, Rollup rollup) throws Exception {
    RollupTable table = new RollupTable(rollup);
    String rows = DaybookSchema.qualified(table.partitionName());
    Measure measure = rollup.measures().stream().filter(Measure::isCount).findFirst().orElseThrow();
    String column = Identifier.quote(measure.name());
    String some = "(SELECT ctid FROM " + rows + " ORDER BY random() LIMIT " + SPOILT + ")";
    int spoilt =
        site.database()
            .administer(
                "UPDATE %1$s SET %2$s = %2$s + 7 WHERE ctid = ANY (ARRAY%3$s)"
                    .formatted(rows, column, some));
    spoilt +=
        site.database()
            .administer("DELETE FROM %s WHERE ctid = ANY (ARRAY%s)".formatted(rows, some));
    spoilt +=
        site.database()
            .administer(
                ("INSERT INTO %s (generation, workspace_id, day, %s, updated_at)"
                        + " SELECT %d, 'nobody', date '2026-01-01' + n, 1, now()"
                        + " FROM generate_series(1, %d) n ON CONFLICT DO NOTHING")
                    .formatted(rows, column, rollup.generation(), SPOILT));
    return spoilt;
  }
}
