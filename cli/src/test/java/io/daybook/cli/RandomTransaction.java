// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The transactions of one connection, one after the other, each of random statements. */
final class RandomTransaction {
  private static final int SAVEPOINTS_MAX = 3;
  private static final Set<String> LOCK_CONFLICTS = Set.of("55P03", "40P01", "40001");
  private static final Set<String> CONSTRAINTS = Set.of("23505", "23503");

  private final RandomSession session;
  private final Map<String, Long> counts;
  private final Deque<Savepoint> savepoints = new ArrayDeque<>();
  private boolean open;

  /** Counts go into the map, which may be shared between threads. */
  RandomTransaction(RandomSession session, Map<String, Long> counts) {
    this.session = session;
    this.counts = counts;
  }

  boolean isOpen() {
    return open;
  }

  RandomSession session() {
    return session;
  }

  void begin(List<String> workspaces) {
    session.lend(workspaces);
    open = true;
  }

  /** Runs one statement; answers the rows it hit. An expected error may end the transaction. */
  int statement() throws SQLException {
    Random random = session.random();
    moveSavepoints(random);
    RandomTable table = RandomTable.draw(random);
    RandomStatement kind = RandomStatement.draw(random);
    try {
      int rows = kind.run(session, table);
      count("kind " + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      count("table " + table.quoted());
      count(table.isParent() ? "on parents" : "on facts");
      if (rows == 0) {
        count("without rows");
      }
      return rows;
    } catch (SQLException e) {
      recover(e, kind + " on " + table);
      return 0;
    }
  }

  void commit() throws SQLException {
    session.connection().commit();
    end("committed");
  }

  void rollBack() throws SQLException {
    session.connection().rollback();
    end("rolled back");
  }

  private void end(String outcome) {
    savepoints.clear();
    open = false;
    count("transactions " + outcome);
  }

  private void moveSavepoints(Random random) throws SQLException {
    Connection connection = session.connection();
    int ticket = random.nextInt(100);
    if (ticket < 10 && savepoints.size() < SAVEPOINTS_MAX) {
      savepoints.push(connection.setSavepoint());
      count("savepoints set");
    } else if (ticket < 15 && !savepoints.isEmpty()) {
      connection.rollback(savepoints.peek());
      count("savepoints rolled back to");
    } else if (ticket < 18 && !savepoints.isEmpty()) {
      connection.releaseSavepoint(savepoints.pop());
      count("savepoints released");
    }
  }

  private void recover(SQLException error, String what) throws SQLException {
    if (LOCK_CONFLICTS.contains(error.getSQLState())) {
      count("failed: lock conflict");
    } else if (CONSTRAINTS.contains(error.getSQLState())) {
      count("failed: constraint");
    } else {
      throw new SQLException(what + ": " + error.getMessage(), error.getSQLState(), error);
    }
    if (savepoints.isEmpty()) {
      rollBack();
    } else {
      session.connection().rollback(savepoints.peek());
      count("savepoints rolled back to");
    }
  }

  private void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }
}
