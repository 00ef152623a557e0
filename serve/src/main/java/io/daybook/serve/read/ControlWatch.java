// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.read;

import io.daybook.schemas.table.LiveAnswer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the switch all the time, so that a cached answer costs no query and yet does not outlive
 * a turn of the switch: what was seen holds for less than a second, and when nothing new is seen
 * there are no cached answers.
 */
public final class ControlWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlWatch.class);

  /** With the time that an answer takes, less than the second within which the switch works. */
  private static final Duration HOLDS_FOR = Duration.ofMillis(700);

  private static final Duration EVERY = Duration.ofMillis(200);

  /** The clock is read by the statement itself, after we have begun to count. */
  private static final String STATE =
      """
      SELECT control_version, extract(epoch FROM freshness_limit) * 1000, clock_timestamp()
      FROM   daybook.setting""";

  private static final String SHAPES =
      """
      SELECT p.rollup, p.generation, g.live_query, g.live_columns, g.dimensions, g.search_path
      FROM   daybook.current_generation p
      JOIN   daybook.generation g USING (rollup, generation)
      ORDER  BY p.rollup""";

  private final DataSource target;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "control-watch");
  private volatile ControlState state;
  private boolean away;

  /**
   * @param target as a user who may read settings and generations
   */
  public ControlWatch(DataSource target) {
    this.target = target;
  }

  /** Looks once, then again and again. */
  public void start() {
    look();
    thread.setDaemon(true);
    thread.start();
  }

  /** What holds now; empty where the target has not said so for too long. */
  public Optional<ControlState> current() {
    ControlState seen = state;
    return seen == null || seen.age().compareTo(HOLDS_FOR) > 0
        ? Optional.empty()
        : Optional.of(seen);
  }

  /** Whether the target has ever answered. */
  public boolean hasSeen() {
    return state != null;
  }

  /** The rollups that there were when they were last seen; empty before that. */
  public Map<String, RollupShape> rollups() {
    ControlState seen = state;
    return seen == null ? Map.of() : seen.rollups();
  }

  private void run() {
    try {
      while (!ended.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try (Connection connection = target.getConnection()) {
      state = read(connection);
      if (away) {
        LOG.info("The target answers again");
      }
      away = false;
    } catch (SQLException | RuntimeException e) {
      if (!away) {
        LOG.warn("The target does not say how the switch stands: no cached answers", e);
      }
      away = true;
    }
  }

  private ControlState read(Connection connection) throws SQLException {
    long asked = System.nanoTime();
    try (PreparedStatement statement = connection.prepareStatement(STATE);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("daybook.setting is empty: run 'daybook migrate'");
      }
      long version = row.getLong(1);
      Duration limit = Duration.ofMillis(row.getLong(2));
      Instant now = row.getTimestamp(3).toInstant();
      ControlState before = state;
      Map<String, RollupShape> rollups =
          before != null && before.version() == version ? before.rollups() : shapes(connection);
      return new ControlState(version, limit, now, asked, rollups);
    }
  }

  /** Read after the version: shapes that are newer than it are read once more with the next. */
  private static Map<String, RollupShape> shapes(Connection connection) throws SQLException {
    Map<String, RollupShape> shapes = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(SHAPES);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        int generation = row.getInt(2);
        LiveAnswer live =
            new LiveAnswer(
                List.of(generation), row.getString(3), texts(row, 4), texts(row, 5), texts(row, 6));
        shapes.put(row.getString(1), RollupShape.of(row.getString(1), generation, live));
      }
    }
    return shapes;
  }

  private static List<String> texts(ResultSet row, int column) throws SQLException {
    return row.getArray(column) == null
        ? List.of()
        : List.of((String[]) row.getArray(column).getArray());
  }

  @Override
  public void close() {
    ended.countDown();
    thread.interrupt();
  }
}
