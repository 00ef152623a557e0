// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections of clients that send a request, or take an answer, a byte at a time: the idle
 * time of a connection begins anew with each byte, and every connection takes one of a number that
 * is bounded.
 */
final class SlowClients {
  private static final long LOOK_EVERY_MS = 500;

  /** Since when an answer is written, where none is yet. */
  private static final long WORKING = Long.MIN_VALUE;

  private final Duration requestWithin;
  private final Duration answerWithin;
  private final Scheduler scheduler = new ScheduledExecutorScheduler("slow-clients", true);
  private final Map<EndPoint, Long> busy = new ConcurrentHashMap<>();
  private Map<EndPoint, Mark> marks = new HashMap<>();

  /**
   * How a connection stood when it was last without a request that has begun.
   *
   * @param requests that had come as a whole
   * @param bytes that had come
   */
  private record Mark(long requests, long bytes, long atNanos) {
    static Mark of(Connection connection, long now) {
      return new Mark(connection.getMessagesIn(), connection.getBytesIn(), now);
    }

    boolean hasBegun(Connection connection) {
      return connection.getMessagesIn() == requests && connection.getBytesIn() > bytes;
    }
  }

  /**
   * @param requestWithin what a client may take from the first byte of a request's head to its last
   * @param answerWithin what a client may take to read an answer
   */
  SlowClients(Duration requestWithin, Duration answerWithin) {
    this.requestWithin = requestWithin;
    this.answerWithin = answerWithin;
  }

  /** Looks at the connections of a connector from now on. */
  void start(ServerConnector connector) throws Exception {
    scheduler.start();
    again(connector);
  }

  /** A request is being worked on: how long that takes is not the client's doing. */
  void working(EndPoint client) {
    busy.put(client, WORKING);
  }

  /** An answer is about to be written; the callback is told when all of it is. */
  Callback writing(EndPoint client, Callback callback) {
    busy.put(client, System.nanoTime());
    return Callback.from(() -> busy.remove(client), callback);
  }

  private void again(ServerConnector connector) {
    scheduler.schedule(() -> look(connector), LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  private void look(ServerConnector connector) {
    try {
      look(connector, System.nanoTime());
    } finally {
      again(connector);
    }
  }

  private void look(ServerConnector connector, long now) {
    Map<EndPoint, Mark> seen = new HashMap<>();
    for (EndPoint each : connector.getConnectedEndPoints()) {
      Connection connection = each.getConnection();
      if (connection == null) {
        continue;
      }
      Long since = busy.get(each);
      Mark mark = since != null ? Mark.of(connection, now) : mark(each, connection, now);
      seen.put(each, mark);
      boolean slow =
          since == null
              ? mark.hasBegun(connection) && now - mark.atNanos() > requestWithin.toNanos()
              : since != WORKING && now - since > answerWithin.toNanos();
      if (slow) {
        each.close();
      }
    }
    marks = seen;
    busy.keySet().removeIf(each -> !each.isOpen());
  }

  private Mark mark(EndPoint client, Connection connection, long now) {
    Mark before = marks.get(client);
    if (before == null && connection.getMessagesIn() == 0) {
      return new Mark(0, 0, now);
    }
    return before != null && before.hasBegun(connection) ? before : Mark.of(connection, now);
  }

  void stop() throws Exception {
    scheduler.stop();
  }
}
