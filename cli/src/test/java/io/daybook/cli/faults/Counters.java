// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Workspaces whose number only one writer raises, one by one, so that what it was at any time is
 * known: at least what had been committed, at most what had been begun.
 */
final class Counters implements AutoCloseable {
  static final String FIRST_DAY = "2026-04-01";
  static final String LAST_DAY = "2026-04-30";

  private static final Duration EVERY = Duration.ofMillis(20);

  private static final String RAISE =
      "INSERT INTO \"Message\" (id, \"leadId\", direction, source, body, \"isRead\", \"sentAt\")"
          + " VALUES (?, ?, 'inbound', 'zrg', 'counted', false,"
          + " timestamp '2026-04-01' + ? * interval '1 hour')";

  private final Database database;
  private final List<List<Raise>> raises = new ArrayList<>();
  private final Random random;
  private final String prefix;
  private final Thread thread = new Thread(this::run, "counters");
  private volatile boolean closed;
  private volatile Exception failure;

  /** One more. */
  private record Raise(Instant begun, Instant committed) {}

  private Counters(Database database, String prefix, long seed) {
    this.database = database;
    this.prefix = prefix;
    this.random = new Random(seed);
  }

  /**
   * Makes so many, each at zero, and begins to raise them.
   *
   * @param prefix of their names, and of the ids of what is counted
   */
  static Counters start(Database database, int keys, String prefix, long seed) throws SQLException {
    Counters counters = new Counters(database, prefix, seed);
    Messages messages = new Messages(database);
    for (int key = 0; key < keys; key++) {
      messages.ownLead(counters.workspace(key));
      counters.raises.add(new CopyOnWriteArrayList<>());
    }
    counters.thread.start();
    return counters;
  }

  String workspace(int key) {
    return prefix + key;
  }

  int keys() {
    return raises.size();
  }

  private void run() {
    try (Connection connection = database.owner();
        PreparedStatement statement = connection.prepareStatement(RAISE)) {
      for (int number = 0; !closed; number++) {
        int key = random.nextInt(raises.size());
        List<Raise> of = raises.get(key);
        statement.setString(1, prefix + "counted-" + number);
        statement.setString(2, workspace(key));
        statement.setInt(3, random.nextInt(30 * 24));
        Instant begun = Instant.now();
        of.add(new Raise(begun, Instant.MAX));
        statement.executeUpdate();
        of.set(of.size() - 1, new Raise(begun, Instant.now()));
        Await.pass(EVERY);
      }
    } catch (SQLException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a transaction that sees all that was committed by then sees at least. */
  long least(int key, Instant at) {
    return raises.get(key).stream().filter(each -> !each.committed().isAfter(at)).count();
  }

  /** What nobody can have seen more than by then. */
  long most(int key, Instant at) {
    return raises.get(key).stream().filter(each -> !each.begun().isAfter(at)).count();
  }

  @Override
  public void close() throws Exception {
    closed = true;
    thread.join();
    if (failure != null) {
      throw failure;
    }
  }
}
