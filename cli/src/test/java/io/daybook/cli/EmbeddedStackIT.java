// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackException;
import io.daybook.cli.dev.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class EmbeddedStackIT {
  private static final String TOPIC = "trial";
  private static final Duration KAFKA_WITHIN = Duration.ofSeconds(30);

  /** Starts in 4 to 7 s on two cores; the limit leaves room for a machine under load. */
  private static final Duration RESTART_AFTER_KILL_WITHIN = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void keepsItsDataOverARestartOfEachPartAndOfAll() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(folder))) {
      assertEquals("logical", query(stack, "SHOW wal_level"));
      assertEquals("on", query(stack, "SHOW fsync"));
      query(stack, "CREATE TABLE trial AS SELECT 7 AS n");
      assertEquals("7", query(stack, "SELECT n FROM trial"));
      createTopic(stack);
      produceInTransaction(stack, "first");
      assertEquals(List.of("first"), consumeCommitted(stack, 1));
      assertEquals(1, increment(stack));

      stack.restartPostgres();
      assertEquals("7", query(stack, "SELECT n FROM trial"));
      stack.restartKafka();
      produceInTransaction(stack, "second");
      assertEquals(List.of("first", "second"), consumeCommitted(stack, 2));
      stack.restartRedis();
      assertEquals(2, increment(stack));
    }
    try (EmbeddedStack again = EmbeddedStack.start(StackSettings.in(folder))) {
      assertEquals("7", query(again, "SELECT n FROM trial"));
      assertEquals(List.of("first", "second"), consumeCommitted(again, 2));
      assertEquals(3, increment(again));
    }
    try (EmbeddedStack fresh = EmbeddedStack.start(new StackSettings(folder, 0, 0, 0, true))) {
      assertThrows(SQLException.class, () -> query(fresh, "SELECT n FROM trial"));
      assertEquals(1, increment(fresh));
    }
  }

  @Test
  void refusesASecondStackOnTheFolderAndNamesTheHolder() {
    try (EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(folder))) {
      StackException e =
          assertThrows(StackException.class, () -> EmbeddedStack.start(StackSettings.in(folder)));
      assertTrue(e.getMessage().contains("pid " + ProcessHandle.current().pid()), e.getMessage());
      assertTrue(stack.postgresPort() > 0);
    }
  }

  @Test
  @Tag("faults")
  void clearsWhatAKilledPredecessorLeftAndNothingElse() throws Exception {
    Process predecessor = forkedStack();
    ProcessHandle postgres = process("postgres/postmaster.pid");
    ProcessHandle redis = process("redis/redis.pid");
    StackException held =
        assertThrows(StackException.class, () -> EmbeddedStack.start(StackSettings.in(folder)));
    assertTrue(held.getMessage().contains("kill " + predecessor.pid()), held.getMessage());

    predecessor.destroyForcibly().waitFor();
    assertTrue(postgres.isAlive(), "Postgres outlives its JVM");
    assertTrue(redis.isAlive(), "Redis outlives its JVM");
    long start = System.nanoTime();
    try (EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(folder))) {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(took.compareTo(RESTART_AFTER_KILL_WITHIN) < 0, "took " + took);
      assertEnds(postgres);
      assertEnds(redis);
      createTopic(stack);
      produceInTransaction(stack, "first");
      postgres = process("postgres/postmaster.pid");
      redis = process("redis/redis.pid");
    }
    assertEnds(postgres);
    assertEnds(redis);
  }

  @Test
  void leavesAProcessAloneThatOnlyBearsTheNumberOfAnOldServer() throws Exception {
    EmbeddedStack.start(StackSettings.in(folder)).close();
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(folder.resolve("postgres/postmaster.pid"), stranger.pid() + "\n");
      Files.writeString(folder.resolve("redis/redis.pid"), stranger.pid() + "\n");
      EmbeddedStack.start(StackSettings.in(folder)).close();
      assertTrue(stranger.isAlive());
    } finally {
      stranger.destroyForcibly().waitFor();
    }
  }

  /** A JVM that starts the stack in the folder of its first argument and stays. */
  static final class Predecessor {
    public static void main(String[] arguments) throws InterruptedException {
      EmbeddedStack.start(StackSettings.in(Path.of(arguments[0])));
      System.out.println("ready");
      Thread.currentThread().join();
    }
  }

  private Process forkedStack() throws IOException {
    Process fork =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Predecessor.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals("ready", fork.inputReader().readLine());
    return fork;
  }

  /** Ended already; what is left to wait for is that the system's first process reaps it. */
  private static void assertEnds(ProcessHandle process) throws Exception {
    process.onExit().get(10, TimeUnit.SECONDS);
  }

  private ProcessHandle process(String pidFile) throws IOException {
    String pid = Files.readAllLines(folder.resolve(pidFile)).get(0).trim();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** First column of the first row; null when the statement gives none. */
  private static String query(EmbeddedStack stack, String sql) throws SQLException {
    try (Connection connection = stack.superuser().getConnection();
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return null;
      }
      ResultSet rows = statement.getResultSet();
      return rows.next() ? rows.getString(1) : null;
    }
  }

  private static void createTopic(EmbeddedStack stack) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafkaBootstrap()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  private static void produceInTransaction(EmbeddedStack stack, String value) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", stack.kafkaBootstrap(), "transactional.id", "trial");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(TOPIC, "key", value));
      producer.commitTransaction();
    }
  }

  /** The committed values from the beginning, as soon as there are as many as expected. */
  private static List<String> consumeCommitted(EmbeddedStack stack, int expected) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", stack.kafkaBootstrap(), "isolation.level", "read_committed");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> all = List.of(new TopicPartition(TOPIC, 0));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      long deadline = System.nanoTime() + KAFKA_WITHIN.toNanos();
      while (values.size() < expected && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  private static long increment(EmbeddedStack stack) {
    try (Jedis jedis = new Jedis(stack.redisUri())) {
      return jedis.incr("trial");
    }
  }
}
