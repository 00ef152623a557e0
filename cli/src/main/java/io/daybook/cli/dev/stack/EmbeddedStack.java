// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Real Postgres, Kafka and Redis on loopback ports, with their data in one folder that one stack at
 * a time can hold. Postgres trusts every local user: nothing of value belongs in there.
 */
public final class EmbeddedStack implements AutoCloseable {
  private final Path stateDir;
  private final StateLock lock;
  private final PostgresPart postgres;
  private final KafkaPart kafka;
  private final RedisPart redis;
  private volatile boolean closed;

  private EmbeddedStack(
      Path stateDir, StateLock lock, PostgresPart postgres, KafkaPart kafka, RedisPart redis) {
    this.stateDir = stateDir;
    this.lock = lock;
    this.postgres = postgres;
    this.kafka = kafka;
    this.redis = redis;
  }

  /**
   * Locks the folder, ends what a killed predecessor left there, and starts all three side by side.
   * A JVM that is told to end meanwhile takes them down again; from the return on that is the
   * caller's, by {@link #close}.
   *
   * @throws StackException when the platform has no binaries, the folder is in use, a port is taken
   *     or a server does not start; nothing is left running then
   */
  public static EmbeddedStack start(StackSettings settings) {
    Platform.current().requireBinaries();
    Path stateDir = StateFolders.open(settings.stateDir());
    StateLock lock = StateLock.acquire(stateDir);
    EmbeddedStack stack;
    try {
      Leftovers.clear(stateDir);
      if (settings.fresh()) {
        StateFolders.wipe(stateDir);
      }
      stack = assemble(lock, stateDir, settings);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
    stack.startAll();
    return stack;
  }

  private static EmbeddedStack assemble(StateLock lock, Path stateDir, StackSettings settings) {
    FreePorts ports = new FreePorts();
    PostgresPart postgres =
        new PostgresPart(stateDir, ports.claim(settings.postgresPort(), "Postgres"));
    RedisPart redis = new RedisPart(stateDir, ports.claim(settings.redisPort(), "Redis"));
    int kafkaPort = ports.claim(settings.kafkaPort(), "Kafka");
    KafkaPart kafka = new KafkaPart(stateDir, kafkaPort, ports.claim(0, "Kafka's controller"));
    return new EmbeddedStack(stateDir, lock, postgres, kafka, redis);
  }

  private void startAll() {
    Thread closer = new Thread(this::close, "embedded-stack-closer");
    Runtime.getRuntime().addShutdownHook(closer);
    try {
      List<CompletableFuture<Void>> starts =
          parts().stream().map(part -> inThread(part, () -> startUnlessClosed(part))).toList();
      CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      remove(closer);
    }
  }

  private static CompletableFuture<Void> inThread(Part part, Runnable start) {
    return CompletableFuture.runAsync(
        start, task -> new Thread(task, "embedded-" + part.name() + "-starter").start());
  }

  private void startUnlessClosed(Part part) {
    synchronized (part) {
      if (closed) {
        throw new StackException("Stopped before " + part.name() + " was started");
      }
      part.start();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endsAlready) {
      throw new StackException("Stopped while the embedded servers were starting", endsAlready);
    }
  }

  /** All three, in the order of stopping. */
  public List<Part> parts() {
    return List.of(redis, kafka, postgres);
  }

  public Part postgres() {
    return postgres;
  }

  public Part kafka() {
    return kafka;
  }

  public Part redis() {
    return redis;
  }

  public void restartPostgres() {
    postgres.restart();
  }

  public void restartKafka() {
    kafka.restart();
  }

  public void restartRedis() {
    redis.restart();
  }

  /** Where Streams applications keep their local state; it goes when the broker's data goes. */
  public Path streamsStateDir() {
    return StateFolders.streams(stateDir);
  }

  /** The address that every server listens on. */
  public String host() {
    return FreePorts.HOST;
  }

  public int postgresPort() {
    return postgres.port();
  }

  public int kafkaPort() {
    return kafka.port();
  }

  public int redisPort() {
    return redis.port();
  }

  /** A JDBC URL with user and password in it; creates neither user nor database. */
  public String sourceJdbcUrl(String user, String password, String database) {
    return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
        .formatted(host(), postgresPort(), encoded(database), encoded(user), encoded(password));
  }

  public String kafkaBootstrap() {
    return host() + ":" + kafkaPort();
  }

  public String redisUri() {
    return "redis://" + host() + ":" + redisPort();
  }

  /** Unpooled connections of the superuser to the database {@code postgres}. */
  public DataSource superuser() {
    return superuser("postgres");
  }

  /** Unpooled connections of the superuser. */
  public DataSource superuser(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {host()});
    source.setPortNumbers(new int[] {postgresPort()});
    source.setDatabaseName(database);
    source.setUser("postgres");
    return source;
  }

  /**
   * Stops Redis, Kafka and Postgres in this order and frees the folder; also from a shutdown hook,
   * and while the start is still under way. A second call does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    StackException failure = null;
    for (Part part : parts()) {
      try {
        part.stop();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = new StackException(part.name() + " does not stop: " + e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    lock.close();
    if (failure != null) {
      throw failure;
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
