// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.table.Definition;
import io.daybook.schemas.table.RollupTable;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.Topics;
import io.daybook.schemas.topic.Watermark;
import io.daybook.sink.Sink;
import io.daybook.sink.SinkSettings;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import redis.clients.jedis.Jedis;

/** One rollup with its topic and tables on an embedded stack, before any sink. */
final class SinkStage implements AutoCloseable {
  static final int PARTITIONS = 4;
  static final String DIMENSION = "he said \"hi\"; -- 🙂";
  static final String SECOND_DIMENSION = "amount of 'x' $1 ?";
  static final String MEASURE = "sum of \"all\" 💶";
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Topics TOPICS = new Topics("it", PARTITIONS);

  /** The key of the sentinel in Redis. */
  static final String SENTINEL = SinkSettings.sentinelKey(TOPICS);

  final Rollup rollup;
  private final EmbeddedStack stack;
  private final RollupRecords records;
  private final Topic topic;
  private final KafkaProducer<byte[], byte[]> producer;

  SinkStage(EmbeddedStack stack, String name) throws Exception {
    this.stack = stack;
    this.rollup = rollup(name);
    this.records = new RollupRecords(rollup);
    this.topic = TOPICS.rollup(name, 1);
    createTables();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.kafkaBootstrap()))) {
      admin
          .createTopics(List.of(new NewTopic(topic.name(), PARTITIONS, (short) 1)))
          .all()
          .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stack.kafkaBootstrap(), "transactional.id", "it-" + name),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  static Rollup rollup(String name) {
    Fact fact =
        new Fact(
            "fact",
            0,
            "",
            List.of(),
            null,
            null,
            null,
            List.of(),
            List.of(
                new Measure("count", SqlType.INT8, null, null, null),
                new Measure(MEASURE, SqlType.NUMERIC, null, null, null)));
    List<Column> keys =
        List.of(
            new Column("workspace_id", SqlType.TEXT),
            new Column("day", SqlType.DATE),
            new Column(DIMENSION, SqlType.TEXT),
            new Column(SECOND_DIMENSION, SqlType.NUMERIC));
    return new Rollup(name, 1, "hash", keys, List.of(), List.of(), List.of(fact));
  }

  private void createTables() throws SQLException {
    RollupTable table = new RollupTable(rollup);
    List<String> statements = new ArrayList<>();
    if (!"daybook".equals(one("SELECT nspname FROM pg_namespace WHERE nspname = 'daybook'"))) {
      statements.add("CREATE SCHEMA daybook");
      BaseTables.all().stream().map(Definition::sql).forEach(statements::add);
    }
    statements.add(table.table().sql());
    statements.add(table.partition().sql());
    String name = "'" + rollup.name() + "'";
    statements.add(
        "INSERT INTO daybook.generation VALUES (%s, 1, 'hash', %d)".formatted(name, PARTITIONS));
    statements.add("INSERT INTO daybook.current_generation VALUES (%s, 1)".formatted(name));
    statements.add(
        ("INSERT INTO daybook.progress (rollup, generation, partition)"
                + " SELECT %s, 1, p FROM generate_series(0, %d) p")
            .formatted(name, PARTITIONS - 1));
    for (String statement : statements) {
      execute(statement);
    }
  }

  SinkSettings settings(String redisUri) {
    return settings(jdbcUrl(), stack.kafkaBootstrap(), redisUri);
  }

  String jdbcUrl() {
    return stack.sourceJdbcUrl("postgres", "", "postgres");
  }

  static SinkSettings settings(String jdbcUrl, String kafka, String redisUri) {
    return new SinkSettings(
        new SinkSettings.Target(
            jdbcUrl, null, null, Duration.ofMillis(300), Duration.ofSeconds(10)),
        SinkSettings.Cache.of(URI.create(redisUri)),
        Map.of("bootstrap.servers", kafka),
        TOPICS,
        1_000,
        Duration.ofMillis(500));
  }

  Sink sink() {
    return sink(stack.redisUri());
  }

  Sink sink(String redisUri) {
    Sink sink = new Sink(settings(redisUri), List.of(rollup));
    sink.start();
    return sink;
  }

  /** One that increments a workspace once in so long. */
  Sink sink(Duration bumpInterval) {
    SinkSettings usual = settings(stack.redisUri());
    SinkSettings.Cache cache = usual.cache();
    Sink sink =
        new Sink(
            new SinkSettings(
                usual.target(),
                new SinkSettings.Cache(
                    cache.redis(), cache.keyPrefix(), bumpInterval, cache.timeout()),
                usual.kafka(),
                usual.topics(),
                usual.batchRecordsMax(),
                usual.backoffMax()),
            List.of(rollup));
    sink.start();
    return sink;
  }

  byte[] key(String workspace, int day, String dimension, Object second) {
    return records.key(new Object[] {workspace, day, dimension, second});
  }

  byte[] value(long count, Object sum) {
    return records.value(new Object[] {count, sum});
  }

  ProducerRecord<byte[], byte[]> at(int partition, byte[] key, byte[] value) {
    return new ProducerRecord<>(topic.name(), partition, key, value);
  }

  ProducerRecord<byte[], byte[]> row(String workspace, long count) {
    int partition = Math.floorMod(workspace.hashCode(), PARTITIONS);
    return at(partition, key(workspace, 20_000, null, null), value(count, null));
  }

  ProducerRecord<byte[], byte[]> watermark(int partition, Watermark watermark) {
    return at(partition, ControlRecord.watermarkKey(), ControlRecord.write(watermark));
  }

  /** In one Kafka transaction. */
  @SafeVarargs
  final void produce(ProducerRecord<byte[], byte[]>... some) {
    produce(List.of(some));
  }

  void produce(List<ProducerRecord<byte[], byte[]>> some) {
    send(some);
    producer.commitTransaction();
  }

  void produceAborted(List<ProducerRecord<byte[], byte[]>> some) {
    send(some);
    producer.flush();
    producer.abortTransaction();
  }

  private void send(List<ProducerRecord<byte[], byte[]>> some) {
    producer.beginTransaction();
    some.forEach(producer::send);
  }

  /** All rows by key, one line each, {@code -} for NULL; null when there is none. */
  String rows() throws SQLException {
    return one(
        """
        SELECT string_agg(
                 concat_ws('|', workspace_id, day, coalesce(%1$s, '-'), coalesce(%2$s::text, '-'),
                           count, coalesce(%3$s::text, '-')),
                 E'\\n' ORDER BY workspace_id, day, %1$s, %2$s)
        FROM daybook."%4$s_rows\""""
            .formatted(
                Identifier.quote(DIMENSION),
                Identifier.quote(SECOND_DIMENSION),
                Identifier.quote(MEASURE),
                rollup.name()));
  }

  long notes() throws SQLException {
    return Long.parseLong(
        one("SELECT count(*) FROM daybook.note WHERE rollup = '%s'".formatted(rollup.name())));
  }

  long version(String workspace) {
    try (Jedis redis = new Jedis(URI.create(stack.redisUri()))) {
      String version = redis.get(SinkSettings.Cache.KEY_PREFIX + workspace);
      return version == null ? 0 : Long.parseLong(version);
    }
  }

  String progress(String columns) throws SQLException {
    return one(
        ("SELECT string_agg(concat_ws('|', %s), ' ' ORDER BY partition) FROM daybook.progress"
                + " WHERE rollup = '%s'")
            .formatted(columns, rollup.name()));
  }

  Connection connect() throws SQLException {
    return stack.superuser().getConnection();
  }

  String one(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : null;
    }
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Waits until it is true, with a limit; the sink must be well meanwhile. */
  static void await(String what, Sink sink, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.call()) {
      if (sink.failure().isPresent() && !condition.call()) {
        throw new AssertionError("The sink ended while waiting: " + what, sink.failure().get());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Not within " + LIMIT + ": " + what + "; " + sink.status());
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
