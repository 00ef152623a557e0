// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.ForeignEvents;
import io.daybook.schemas.catalogue.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Events that nobody can read get into a topic, until a later event of the same row settles them;
 * and rows come that are as large or as odd as a row may be.
 */
final class UnreadableRecords implements Fault {
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(60);
  private static final String DEGRADED = "SELECT count(*) FROM daybook.degraded";

  @Override
  public String id() {
    return "F18";
  }

  @Override
  public String title() {
    return "unreadable events, a row of 1 MB, odd text";
  }

  @Override
  public int injections() {
    return 4;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    Messages messages = new Messages(site.database());
    String own = messages.ownLead("odd-" + turn.below(1_000_000));
    messages.insert(own + "-", 20, own);
    return switch (turn.variant(4)) {
      case 0 -> unreadable(site, own, "{\"after\":{\"id\":");
      case 1 -> unreadable(site, own, "{\"op\":\"x\",\"before\":null,\"after\":null}");
      case 2 -> oddRows(site, own);
      default -> longDimension(site, own);
    };
  }

  private static Injection unreadable(Site site, String own, String event) throws Exception {
    Instant inserted = Instant.now();
    Await.until(
        SEEN_WITHIN,
        "the row in the rollup",
        () -> site.freshness().completeSince(inserted) != null);
    Instant at = Instant.now();
    send(site, "{\"id\":\"" + own + "-1\"}", event);
    boolean seen = Await.within(SEEN_WITHIN, () -> site.database().number(DEGRADED) > 0);
    site.database()
        .change("UPDATE \"Message\" SET direction = 'outbound' WHERE id = ?", own + "-1");
    boolean settled = Await.within(SEEN_WITHIN, () -> site.database().number(DEGRADED) == 0);
    return new Injection(
        at,
        seen,
        "an unreadable event has degraded a rollup: %s; the next one settled it: %s"
            .formatted(seen, settled),
        settled ? List.of() : List.of("degraded for longer than " + SEEN_WITHIN));
  }

  /** As a program would that is not capture. */
  private static void send(Site site, String key, String event) throws Exception {
    TableName table = new TableName("public", "Message");
    ForeignEvents.send(
        site.servers().broker().clients(), site.installation().topics().cdc(table), key, event);
  }

  /** A tag of 1 MB, which is used, and a dimension of characters that need care. */
  private static Injection oddRows(Site site, String own) throws SQLException {
    Instant at = Instant.now();
    int rows = campaign(site, own, "E'a\\ttab, \"quotes\" and \\\\ 😀'");
    rows +=
        site.database()
            .change(
                "INSERT INTO \"Lead\" (id, \"clientId\", \"emailCampaignId\", \"sentimentTag\","
                    + " \"updatedAt\") VALUES (? || '-x', ?, ?, repeat('x', 1048576), now())",
                own,
                own,
                own);
    return Injection.of(at, rows == 2, rows + " rows with a tag of 1 MB and an odd name");
  }

  /** Longer than an entry of an index may be. */
  private static Injection longDimension(Site site, String own) throws SQLException {
    Instant at = Instant.now();
    int rows =
        campaign(site, own, "(SELECT string_agg(md5(g::text), '') FROM generate_series(1, 300) g)");
    rows +=
        site.database()
            .change("UPDATE \"Lead\" SET \"emailCampaignId\" = ? WHERE id = ?", own, own);
    return Injection.of(at, rows == 2, "a dimension of 9600 characters");
  }

  private static int campaign(Site site, String own, String name) throws SQLException {
    return site.database()
        .change(
            "INSERT INTO \"EmailCampaign\" (id, \"clientId\", name) VALUES (?, ?, " + name + ")",
            own,
            own);
  }
}
