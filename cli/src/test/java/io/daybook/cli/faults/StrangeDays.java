// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Rows of days at the ends of time, of clock changes, and more than a year late. */
final class StrangeDays implements Fault {
  private static final List<String> DAYS =
      List.of(
          "infinity",
          "-infinity",
          "4713-01-02 00:00:00 BC",
          "0001-12-31 23:59:59.999 BC",
          "0001-01-01",
          "1582-10-10 12:00:00",
          "1899-12-31 23:59:59.999",
          "1900-01-01",
          "1969-12-31 23:59:59.999",
          "1970-01-01",
          "2026-03-29 01:59:59.999",
          "2026-03-29 03:00:00",
          "2026-10-25 02:30:00",
          "2024-02-29 12:00:00",
          "2199-12-31 23:59:59.999",
          "9999-12-31 23:59:59.999",
          "10000-01-01",
          "294276-12-31 23:59:59.999");

  @Override
  public String id() {
    return "F17";
  }

  @Override
  public String title() {
    return "days from BC to infinity, clock changes, rows that come years late";
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    Messages messages = new Messages(site.database());
    String own = messages.ownLead("days-" + turn.below(1_000_000));
    Instant at = Instant.now();
    int rows = 0;
    for (int day = 0; day < DAYS.size(); day++) {
      rows += insert(site, own, day);
    }
    rows +=
        site.database()
            .change(
                "INSERT INTO \"Message\" (id, \"leadId\", direction, body, \"sentAt\") SELECT ? ||"
                    + " '-late-' || n, ?, 'inbound', 'late', now() - interval '400 days' * n"
                    + " FROM generate_series(1, 60) n",
                own,
                own);
    Await.until(
        Duration.ofSeconds(60),
        "the days in the rollup",
        () -> site.freshness().completeSince(at) != null && days(site, own) > DAYS.size());
    long days = days(site, own);
    int moved =
        site.database()
            .change(
                "UPDATE \"Message\" SET \"sentAt\" = 'infinity' WHERE id IN (SELECT id FROM"
                    + " \"Message\" WHERE \"leadId\" = ? ORDER BY random() LIMIT 5)",
                own);
    int deleted =
        site.database()
            .change(
                "DELETE FROM \"Message\" WHERE id IN (SELECT id FROM \"Message\" WHERE"
                    + " \"leadId\" = ? ORDER BY random() LIMIT 5)",
                own);
    return Injection.of(
        at,
        days > DAYS.size() && moved > 0 && deleted > 0,
        "%d rows on %d days in the rollup; %d moved, %d deleted"
            .formatted(rows, days, moved, deleted));
  }

  private static int insert(Site site, String own, int day) throws Exception {
    return site.database()
        .change(
            "INSERT INTO \"Message\" (id, \"leadId\", direction, body, \"sentAt\") VALUES (?, ?,"
                + " 'outbound', 'strange', ?::timestamp)",
            own + "-" + day,
            own,
            DAYS.get(day));
  }

  private static long days(Site site, String workspace) throws Exception {
    return site.database()
        .number("SELECT count(*) FROM daybook.workspace_daily WHERE workspace_id = ?", workspace);
  }
}
