// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The application whose tables are captured: inserts, corrects, moves and deletes rows. */
final class BusyApplication implements AutoCloseable {
  static final String TABLES =
      """
      CREATE TABLE team (id int PRIMARY KEY, name text NOT NULL);
      CREATE TABLE account (
        id int PRIMARY KEY, team int NOT NULL REFERENCES team ON DELETE CASCADE, kind text);
      CREATE TABLE entry (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        account int NOT NULL REFERENCES account ON DELETE CASCADE,
        booked timestamp NOT NULL, amount numeric(14,2), note text);
      INSERT INTO team SELECT n, 'team ' || n FROM generate_series(1, 12) n;
      INSERT INTO account SELECT n, n % 12 + 1, 'kind ' || n % 3 FROM generate_series(1, 200) n;
      INSERT INTO entry (account, booked, amount, note)
      SELECT n % 200 + 1, timestamp '2026-01-01' + n * interval '17 minutes', n / 9.0 - 100,
             nullif(repeat('x', n % 5), '')
      FROM generate_series(1, 5000) n;
      """;

  private static final List<String> CHANGES =
      List.of(
          "INSERT INTO entry (account, booked, amount, note) SELECT id, timestamp '2026-03-01'"
              + " + %1$d %% 40 * interval '1 day', %1$d / 100.0, 'new' FROM account"
              + " WHERE id %% 50 = %1$d %% 50",
          "UPDATE entry SET amount = amount - 1.01, note = NULL WHERE id %% 97 = %1$d %% 97",
          "UPDATE entry SET account = (SELECT max(id) FROM account) WHERE id %% 499 = %1$d %% 499",
          "DELETE FROM entry WHERE id %% 211 = %1$d %% 211",
          "UPDATE account SET team = team %% 12 + 1 WHERE id %% 67 = %1$d %% 67",
          "UPDATE account SET kind = 'kind %1$d' WHERE id = %1$d %% 200 + 1",
          "UPDATE team SET name = name || '!' WHERE id = %1$d %% 12 + 1 AND length(name) < 20",
          "DELETE FROM account WHERE id = %1$d %% 200 + 1 AND id %% 5 = 0");

  private final Connection connection;
  private final Random random = new Random(7);

  BusyApplication(Postgres server, String user, String database) throws SQLException {
    this.connection = server.connect(user, database);
  }

  /** Changes rows without pause. */
  void workFor(Duration time) throws SQLException {
    long end = System.nanoTime() + time.toNanos();
    int changes = 0;
    try (Statement statement = connection.createStatement()) {
      while (System.nanoTime() < end) {
        String change = CHANGES.get(random.nextInt(CHANGES.size()));
        changes += statement.executeUpdate(change.formatted(random.nextInt(100_000)));
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
    assertTrue(changes > 100, "only " + changes + " rows were changed");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
