// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Random statements over all reference tables, for property tests: in transactions of random size,
 * interleaved over several connections, with savepoints and rollbacks. Ids are few, so that rows
 * collide and come back under the same id. The seed draws the statements; which of them run into a
 * lock, and so what follows, may differ from run to run. Not thread-safe, but an {@link
 * OpenTransactions} may be finished by another thread.
 */
public final class RandomDml implements AutoCloseable {
  private static final int SESSIONS = 4;
  private static final int WORKSPACES_PER_TRANSACTION = 7;
  private static final int WORKSPACES_PER_OPEN_TRANSACTION = 3;
  private static final int STATEMENTS_PER_TRANSACTION_MAX = 30;
  private static final int STATEMENTS_TRIED_MAX = 200;
  private static final int FILL_STEP = 10;

  /** Where connections come from. */
  public interface Connections {
    Connection open() throws SQLException;
  }

  private final Connections connections;
  private final Random random;
  private final List<String> freeWorkspaces = new ArrayList<>();
  private final List<RandomTransaction> transactions = new ArrayList<>();
  private final List<List<String>> borrowed = new ArrayList<>();
  private final int[] statementsLeft = new int[SESSIONS];
  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  public RandomDml(Connections connections, long seed) throws SQLException {
    this.connections = connections;
    this.random = new Random(seed);
    freeWorkspaces.addAll(allWorkspaces());
    try {
      for (int i = 0; i < SESSIONS; i++) {
        transactions.add(newTransaction());
        borrowed.add(List.of());
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  /** Brings its first rows into the tables, parents first, in one transaction. */
  public void fill() throws SQLException {
    RandomSession session = transactions.get(0).session();
    session.lend(allWorkspaces());
    for (RandomTable table : RandomTable.values()) {
      List<Integer> numbers = new ArrayList<>(IntStream.range(0, table.ids()).boxed().toList());
      Collections.shuffle(numbers, random);
      List<String> ids = numbers.stream().limit(table.filled()).map(table::id).toList();
      for (int from = 0; from < ids.size(); from += FILL_STEP) {
        RandomStatement.insertFree(
            session, table, ids.subList(from, Math.min(ids.size(), from + FILL_STEP)));
      }
    }
    session.connection().commit();
  }

  /** Runs so many statements; afterwards none of its transactions is open but those held open. */
  public void run(int statements) throws SQLException {
    for (int done = 0; done < statements; done++) {
      int chosen = random.nextInt(SESSIONS);
      RandomTransaction transaction = transactions.get(chosen);
      if (!transaction.isOpen()) {
        transaction.begin(workspacesFor(chosen));
        statementsLeft[chosen] = 1 + random.nextInt(STATEMENTS_PER_TRANSACTION_MAX);
      }
      transaction.statement();
      if (transaction.isOpen() && --statementsLeft[chosen] == 0) {
        end(transaction);
      }
    }
    for (RandomTransaction transaction : transactions) {
      if (transaction.isOpen()) {
        end(transaction);
      }
    }
  }

  /**
   * Transactions that have changed rows and are not finished, each on a connection and workspaces
   * of its own; {@link #run} may go on meanwhile.
   */
  public OpenTransactions openSome(int count) throws SQLException {
    OpenTransactions held = new OpenTransactions();
    try {
      for (int i = 0; i < count; i++) {
        held.open();
      }
      return held;
    } catch (SQLException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  /** What has been done so far, by kind of statement, table and outcome. */
  public SortedMap<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  /** Committed pairs of workspace and day of messages. */
  public long liveCells() throws SQLException {
    RandomSession session = transactions.get(0).session();
    String cells =
        session
            .column(
                "SELECT count(DISTINCT (l.\"clientId\", m.\"sentAt\"::date)) FROM \"Message\" m"
                    + " JOIN \"Lead\" l ON l.id = m.\"leadId\" WHERE l.\"clientId\" = ANY(?)",
                session.array(allWorkspaces()))
            .get(0);
    session.connection().rollback();
    return Long.parseLong(cells);
  }

  @Override
  public void close() throws SQLException {
    for (RandomTransaction transaction : transactions) {
      transaction.session().close();
    }
  }

  private void end(RandomTransaction transaction) throws SQLException {
    if (random.nextInt(100) < 85) {
      transaction.commit();
    } else {
      transaction.rollBack();
    }
  }

  private RandomTransaction newTransaction() throws SQLException {
    return new RandomTransaction(
        new RandomSession(connections.open(), new Random(random.nextLong())), counts);
  }

  /** Workspaces for the next transaction: its own, or now and then some that others hold too. */
  private List<String> workspacesFor(int session) {
    giveBack(borrowed.get(session));
    borrowed.set(session, borrow(WORKSPACES_PER_TRANSACTION, random));
    if (random.nextInt(20) > 0) {
      return borrowed.get(session);
    }
    List<String> any = new ArrayList<>(allWorkspaces());
    Collections.shuffle(any, random);
    return any.subList(0, WORKSPACES_PER_TRANSACTION);
  }

  private List<String> borrow(int count, Random order) {
    synchronized (freeWorkspaces) {
      if (freeWorkspaces.size() < count) {
        throw new IllegalStateException(
            "only "
                + freeWorkspaces.size()
                + " workspaces are free, "
                + count
                + " wanted: hold fewer transactions open");
      }
      Collections.shuffle(freeWorkspaces, order);
      List<String> head = freeWorkspaces.subList(0, count);
      List<String> lent = List.copyOf(head);
      head.clear();
      return lent;
    }
  }

  private void giveBack(List<String> workspaces) {
    synchronized (freeWorkspaces) {
      freeWorkspaces.addAll(workspaces);
    }
  }

  private static List<String> allWorkspaces() {
    return IntStream.range(0, RandomTable.CLIENT.ids()).mapToObj(RandomTable.CLIENT::id).toList();
  }

  /** Transactions that wait to be finished. Closing rolls back those that still wait. */
  public final class OpenTransactions implements AutoCloseable {
    private final List<RandomTransaction> waiting = new ArrayList<>();

    private OpenTransactions() {}

    /** Runs a few more statements in each, then commits it, or rolls back every third. */
    public void finish() throws SQLException {
      while (!waiting.isEmpty()) {
        RandomTransaction transaction = waiting.get(0);
        Random drawn = transaction.session().random();
        for (int more = drawn.nextInt(4); more > 0 && transaction.isOpen(); more--) {
          transaction.statement();
        }
        if (transaction.isOpen() && drawn.nextInt(3) > 0) {
          transaction.commit();
        } else if (transaction.isOpen()) {
          transaction.rollBack();
        }
        release(transaction);
      }
    }

    @Override
    public void close() throws SQLException {
      while (!waiting.isEmpty()) {
        release(waiting.get(0));
      }
    }

    private void open() throws SQLException {
      List<String> workspaces = borrow(WORKSPACES_PER_OPEN_TRANSACTION, random);
      RandomTransaction transaction = newTransaction();
      transaction.session().lend(workspaces);
      waiting.add(transaction);
      int wanted = 3 + random.nextInt(6);
      int changed = 0;
      for (int tried = 0; changed < wanted; tried++) {
        if (tried == STATEMENTS_TRIED_MAX) {
          throw new IllegalStateException(
              "no open transaction that changed rows after " + tried + " statements");
        }
        if (!transaction.isOpen()) {
          transaction.begin(workspaces);
          // Where no workspace exists, hardly any statement finds a row or a parent.
          RandomStatement.insertFree(transaction.session(), RandomTable.CLIENT, workspaces);
          changed = 0;
        }
        changed += transaction.statement() > 0 ? 1 : 0;
      }
    }

    /** Ends the connection, and with it what is not committed. */
    private void release(RandomTransaction transaction) throws SQLException {
      waiting.remove(transaction);
      transaction.session().close();
      giveBack(transaction.session().workspaces());
    }
  }
}
