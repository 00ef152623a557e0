// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.RandomDml;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Random statements at a steady rate until it is closed. A source that is away is waited for; what
 * was under way there is lost, as with any application.
 */
final class Load implements AutoCloseable {
  private static final int STATEMENTS_AT_ONCE = 20;

  private final RandomDml.Connections connections;
  private final long seed;
  private final Duration every;
  private final Semaphore turn = new Semaphore(0, true);
  private final AtomicLong statements = new AtomicLong();
  private final AtomicLong lostConnections = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "load");
  private RandomDml dml;
  private volatile boolean closed;

  private Load(RandomDml.Connections connections, long seed, int rate) {
    this.connections = connections;
    this.seed = seed;
    this.every = Duration.ofMillis(1000L * STATEMENTS_AT_ONCE / rate);
  }

  /** Fills the tables; {@link #resume} sets it going. */
  static Load filled(RandomDml.Connections connections, long seed, int rate) throws SQLException {
    Load load = new Load(connections, seed, rate);
    load.dml = new RandomDml(connections, seed);
    load.dml.fill();
    load.thread.start();
    return load;
  }

  /** Comes back when no transaction of the load is open; none will begin until {@link #resume}. */
  void pause() throws InterruptedException {
    turn.acquire();
    requireSound();
  }

  /** Only after {@link #pause}, or to begin. */
  void resume() {
    turn.release();
  }

  /** Statements so far. */
  long statements() {
    return statements.get();
  }

  /** How often its connections broke. */
  long lostConnections() {
    return lostConnections.get();
  }

  private void requireSound() {
    if (failure.get() != null) {
      throw new IllegalStateException("the load has failed", failure.get());
    }
  }

  private void run() {
    try {
      while (!closed) {
        turn.acquire();
        try {
          someStatements();
        } finally {
          turn.release();
        }
        Await.pass(every);
      }
    } catch (SQLException | RuntimeException e) {
      failure.set(e);
      turn.release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void someStatements() throws SQLException {
    try {
      if (dml == null) {
        dml = new RandomDml(connections, seed + lostConnections.get());
      }
      dml.run(STATEMENTS_AT_ONCE);
      statements.addAndGet(STATEMENTS_AT_ONCE);
    } catch (SQLException e) {
      if (!isLostConnection(e)) {
        throw e;
      }
      lostConnections.incrementAndGet();
      if (dml != null) {
        dml.close();
        dml = null;
      }
    }
  }

  private static boolean isLostConnection(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  @Override
  public void close() throws SQLException, InterruptedException {
    closed = true;
    thread.interrupt();
    thread.join();
    if (dml != null) {
      dml.close();
    }
  }
}
