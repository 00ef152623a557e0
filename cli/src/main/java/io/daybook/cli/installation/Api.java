// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.daybook.cli.config.Config;
import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.cache.AnswerCache;
import io.daybook.serve.cache.CacheSettings;
import io.daybook.serve.composition.Composition;
import io.daybook.serve.composition.CompositionReader;
import io.daybook.serve.http.ApiServer;
import io.daybook.serve.http.HttpSettings;
import io.daybook.serve.read.ControlWatch;
import io.daybook.serve.read.Reader;
import io.daybook.serve.shadow.ShadowReads;
import io.daybook.serve.verification.Limits;
import io.daybook.serve.verification.Verifier;
import io.daybook.sink.SinkSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The role serve: pools, the watch over the switch, the cache, the server. */
public final class Api implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);
  private static final int THREADS_MAX = 128;
  private static final int CONNECTIONS = 16;
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(5);
  private static final Duration LIVE_PATIENCE = Duration.ofSeconds(1);
  private static final Duration CACHE_TIMEOUT = Duration.ofMillis(250);
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration REQUEST_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWER_TAKEN_WITHIN = Duration.ofSeconds(60);

  private final HikariDataSource target;
  private final HikariDataSource source;
  private final HikariDataSource watched;
  private final ControlWatch control;
  private final AnswerCache cache;
  private final ShadowReads shadow;
  private final ApiServer server;

  private Api(Installation installation) {
    Config config = installation.config();
    Config.Http http = config.http();
    Config.Listen listen =
        http.listen()
            .orElseThrow(
                () -> new RefusedByState("The role serve needs http.listen, as 127.0.0.1:8080"));
    Duration timeout = http.statementTimeout();
    Duration limit = timeout.plus(ANSWERED_WITHIN);
    int live = http.liveMax() * Reader.LIVE_ROLLUPS;
    this.target = pool("target", installation.serve(limit), CONNECTIONS + live, timeout);
    this.source = pool("source", installation.source(limit), live, timeout);
    // One of its own: a busy pool must not make cached answers stale.
    this.watched = pool("control", installation.serve(ANSWERED_WITHIN), 1, ANSWERED_WITHIN);
    this.control = new ControlWatch(watched);
    this.cache =
        new AnswerCache(
            new CacheSettings(
                config.redis(),
                config.cache().keyPrefix(),
                config.cache().entryPrefix(),
                SinkSettings.sentinelKey(installation.topics()),
                config.cache().ttl(),
                CACHE_TIMEOUT));
    Reader reader = new Reader(target, source, http.liveMax(), LIVE_PATIENCE);
    this.shadow =
        new ShadowReads(
            target,
            reader,
            new Verifier(installation.source(), installation.serve(limit), Limits.DEFAULT),
            rollup -> definition(installation, rollup));
    this.server =
        new ApiServer(
            new HttpSettings(
                listen.host(),
                listen.port(),
                http.headerPrefix(),
                http.reads(),
                http.daysMax(),
                THREADS_MAX,
                http.connectionsMax(),
                IDLE,
                REQUEST_WITHIN,
                ANSWER_TAKEN_WITHIN),
            http.auth().orElseThrow(),
            reader,
            target,
            control,
            cache,
            shadow,
            compositions(http));
  }

  private static List<Composition> compositions(Config.Http http) {
    if (http.endpoints().isEmpty()) {
      return List.of();
    }
    try {
      return CompositionReader.readAll(http.endpoints().get());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "http.endpoints: the folder %s cannot be read: %s"
              .formatted(http.endpoints().get(), e.getMessage()),
          e);
    }
  }

  private static Rollup definition(Installation installation, String rollup) throws SQLException {
    return installation.current().stream()
        .filter(each -> each.name().equals(rollup))
        .findFirst()
        .orElseThrow(() -> new SQLException("There is no rollup '" + rollup + "' any more"));
  }

  /**
   * Opens connections when they are needed: a database that is away does not keep it from starting.
   */
  private static HikariDataSource pool(
      String name, DataSource database, int most, Duration statementTimeout) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("serve-" + name);
    pool.setDataSource(database);
    pool.setMaximumPoolSize(most);
    pool.setMinimumIdle(0);
    pool.setConnectionTimeout(CONNECTED_WITHIN.toMillis());
    pool.setInitializationFailTimeout(-1);
    pool.setConnectionInitSql(
        ("SET statement_timeout = %d; SET timezone = 'UTC'; SET datestyle = 'ISO, MDY';"
                + " SET intervalstyle = 'postgres'; SET extra_float_digits = 1")
            .formatted(statementTimeout.toMillis()));
    return new HikariDataSource(pool);
  }

  /**
   * Starts it.
   *
   * @throws IllegalStateException where the port is not to be had
   */
  static Api start(Installation installation) {
    Api api = new Api(installation);
    api.control.start();
    try {
      api.server.start();
    } catch (Exception e) {
      api.close();
      throw new IllegalStateException(
          "The API cannot listen on %s: %s"
              .formatted(installation.config().http().listen().orElseThrow(), e.getMessage()),
          e);
    }
    LOG.info("The API listens on port {}", api.port());
    return api;
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception e) {
      LOG.warn("The API has not ended in order", e);
    }
    shadow.close();
    control.close();
    cache.close();
    watched.close();
    source.close();
    target.close();
  }
}
