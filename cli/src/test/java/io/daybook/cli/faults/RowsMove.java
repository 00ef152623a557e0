// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/**
 * A parent with very many facts goes to another workspace; facts go to other days; children come
 * before their parent; a parent goes and comes back under its id.
 */
final class RowsMove implements Fault {
  private static final int FACTS = Integer.getInteger("faults.facts", 100_000);
  private static final Duration USUAL = Duration.ofSeconds(10);

  @Override
  public String id() {
    return "F15";
  }

  @Override
  public String title() {
    return "parent with " + FACTS + " facts moves, days change, child before parent";
  }

  @Override
  public int injections() {
    return 4;
  }

  @Override
  public Duration recoversWithin() {
    return Duration.ofMinutes(6);
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    return switch (turn.variant(4)) {
      case 0 -> parentMoves(site, turn);
      case 1 -> daysChange(site);
      case 2 -> childBeforeParent(site, turn);
      default -> parentComesBack(site, turn);
    };
  }

  private Injection parentMoves(Site site, Turn turn) throws Exception {
    Messages messages = new Messages(site.database());
    String own = messages.ownLead("big-" + turn.below(1_000_000));
    int facts = messages.insert(own + "-", FACTS, own);
    awaitComplete(site, Instant.now());
    String other = messages.ownLead(own + "-other");
    Instant quiet = Instant.now();
    Await.pass(USUAL);
    Duration usual = site.freshness().worstSince(quiet);
    Instant before = Instant.now();
    int moves = move(site, own, other);
    awaitComplete(site, Instant.now());
    Duration behind = site.freshness().worstSince(before);
    // Again and back, while the slices of the time before are still under way.
    moves += move(site, own, own) + move(site, own, other) + move(site, own, own);
    Instant at = Instant.now();
    awaitComplete(site, at);
    site.database().change("DELETE FROM \"Lead\" WHERE id = ?", own);
    messages.deleteWorkspace(own);
    messages.deleteWorkspace(other);
    return Injection.of(
        at,
        moves == 4,
        "a lead with %d messages moved: %d ms behind at worst, %d ms without; then three times more"
            .formatted(facts, behind.toMillis(), usual.toMillis()));
  }

  private static int move(Site site, String lead, String workspace) throws SQLException {
    return site.database()
        .change("UPDATE \"Lead\" SET \"clientId\" = ? WHERE id = ?", workspace, lead);
  }

  private void awaitComplete(Site site, Instant at) throws Exception {
    Await.until(
        recoversWithin(),
        "the facts in the rollup",
        () -> site.freshness().completeSince(at) != null);
  }

  private static Injection daysChange(Site site) throws SQLException {
    Instant at = Instant.now();
    int moved =
        site.database()
            .change(
                "UPDATE \"Message\" SET \"sentAt\" = \"sentAt\" + interval '1 day' WHERE id IN"
                    + " (SELECT id FROM \"Message\" ORDER BY random() LIMIT 500 FOR UPDATE SKIP"
                    + " LOCKED) AND \"sentAt\" BETWEEN '1000-01-01' AND '9000-01-01'");
    return Injection.of(at, moved > 0, moved + " messages went to the day after");
  }

  /** As a restore or a replica does it: without the checks of foreign keys. */
  private static Injection childBeforeParent(Site site, Turn turn) throws Exception {
    Messages messages = new Messages(site.database());
    String own = messages.ownLead("late-" + turn.below(1_000_000));
    messages.deleteWorkspace(own);
    Instant at = Instant.now();
    int children = 0;
    try (Connection connection = site.database().superuser();
        Statement statement = connection.createStatement()) {
      statement.execute("SET session_replication_role = replica");
      children =
          statement.executeUpdate(
              "INSERT INTO \"Message\" (id, \"leadId\", direction, body) SELECT '%1$s-' || n,"
                      .formatted(own)
                  + " '%s', 'inbound', 'early' FROM generate_series(1, 300) n".formatted(own));
    }
    Await.pass(turn.below(Duration.ofSeconds(3)));
    messages.ownLead(own);
    return Injection.of(at, children > 0, children + " messages came before their lead");
  }

  private static Injection parentComesBack(Site site, Turn turn) throws Exception {
    Messages messages = new Messages(site.database());
    String own = messages.ownLead("back-" + turn.below(1_000_000));
    int before = messages.insert(own + "-", 400, own);
    Instant at = Instant.now();
    int gone = 0;
    for (int times = 0; times < 3; times++) {
      gone += messages.deleteWorkspace(own);
      messages.ownLead(own);
      messages.insert(own + "-", 50 * times, own);
    }
    return Injection.of(
        at, gone == 3, "a workspace with " + before + " messages went and came back three times");
  }
}
