// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a configuration may say, and what no message about it repeats. */
class ConfigReaderTest {
  private static final String MARKER = "Marker-of-the-secret";
  private static final Map<String, String> ENOUGH =
      Map.of(
          "DAYBOOK_SOURCE_URI", "postgresql://app@db/app",
          "DAYBOOK_TARGET_URI", "postgresql://app@db/app",
          "DAYBOOK_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092",
          "DAYBOOK_REDIS_URI", "redis://redis:6379");

  @TempDir Path folder;

  private static Map<String, String> enoughAnd(String... more) {
    Map<String, String> environment = new HashMap<>(ENOUGH);
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return environment;
  }

  private static Config read(String... more) {
    return ConfigReader.read(null, enoughAnd(more));
  }

  private static String refused(Path file, Map<String, String> environment) {
    String message =
        assertThrows(ConfigException.class, () -> ConfigReader.read(file, environment))
            .getMessage();
    assertFalse(message.contains(MARKER), message);
    return message;
  }

  private static void assertRefused(String problem, String... more) {
    String message = refused(null, enoughAnd(more));
    assertTrue(message.contains(problem), message);
  }

  @Test
  void aVariableThatIsNotKnownIsRefusedWithTheNearestOne() {
    assertRefused(
        "the environment variable 'DAYBOOK_ROLUPS' is not known; the nearest is 'DAYBOOK_ROLLUPS'",
        "DAYBOOK_ROLUPS",
        "x");
    assertRefused("the nearest is 'DAYBOOK_JAVA_OPTS'", "DAYBOOK_JAVA_OPT", "-Xmx1g");
    assertRefused("'DAYBOOK_KAFKA_' is not known", "DAYBOOK_KAFKA_", "x");
  }

  @Test
  void variablesOfTheLauncherOfDevAndOfKubernetesAreLeftAlone() {
    Config config =
        read(
            "DAYBOOK_JAVA_OPTS", "-Xmx2g",
            "DAYBOOK_DEV_SOURCE_URL", "postgresql://a@b/c",
            "DAYBOOK_SERVICE_HOST", "10.0.0.1",
            "DAYBOOK_SERVICE_PORT_HTTP", "80",
            "DAYBOOK_PORT", "tcp://10.0.0.1:80",
            "DAYBOOK_PORT_80_TCP_ADDR", "10.0.0.1",
            "DAYBOOK_KAFKA_SERVICE_HOST", "10.0.0.2",
            "DAYBOOK_KAFKA_PORT_9092_TCP", "tcp://10.0.0.2:9092",
            "OTHER_ROLUPS", "x");
    assertEquals(Set.of("bootstrap.servers"), config.kafka().keySet());
  }

  @Test
  void whatIsUnderAPrefixIsHandedOnAndWhatDaybookReliesOnIsRefused() {
    Config config =
        read(
            "DAYBOOK_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
            "DAYBOOK_STREAMS_CONSUMER_MAX_POLL_RECORDS", "10",
            "DAYBOOK_DEBEZIUM_MAX_QUEUE_SIZE", "9000");
    assertEquals("SASL_SSL", config.kafka().get("security.protocol"));
    assertEquals(Map.of("consumer.max.poll.records", "10"), config.streams());
    assertEquals(Map.of("max.queue.size", "9000"), config.debezium());
    assertRefused(
        "streams.processing.guarantee is set by Daybook itself",
        "DAYBOOK_STREAMS_PROCESSING_GUARANTEE",
        "at_least_once");
    assertRefused("; use state-dir", "DAYBOOK_STREAMS_STATE_DIR", "/tmp");
    assertRefused("kafka.acks is set by Daybook itself", "DAYBOOK_KAFKA_ACKS", "0");
    assertRefused(
        "debezium.database.hostname is set by Daybook itself, which relies on it; use source.uri",
        "DAYBOOK_DEBEZIUM_DATABASE_HOSTNAME",
        "elsewhere");
    assertRefused("debezium.slot.name is set by", "DAYBOOK_DEBEZIUM_SLOT_NAME", "other");
  }

  @Test
  void aPropertyThatIsMisspeltIsRefusedAndOneOfAPluginIsHandedOn() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("daybook.yaml"),
            """
            kafka.security.protocl: SASL_SSL
            kafka.sasl.mechansim: PLAIN
            kafka.bootstrap-server: one:9092
            streams.num.stream.thread: 2
            streams.main.consumer.max.poll.record: 2
            streams.topic.min.insync.replica: 2
            debezium.snapshot.fetch.sise: 100
            debezium.record.processing.thread: 2
            """);
    String message = refused(file, enoughAnd());
    for (String problem :
        List.of(
            "'kafka.security.protocl' is not known; the nearest is 'kafka.security.protocol'",
            "'kafka.sasl.mechansim' is not known; the nearest is 'kafka.sasl.mechanism'",
            "'kafka.bootstrap-server' is not known; the nearest is 'kafka.bootstrap-servers'",
            "the nearest is 'streams.num.stream.threads'",
            "the nearest is 'streams.main.consumer.max.poll.records'",
            "the nearest is 'streams.topic.min.insync.replicas'",
            "the nearest is 'debezium.snapshot.fetch.size'",
            "the nearest is 'debezium.record.processing.threads'")) {
      assertTrue(message.contains(problem), message);
    }
    assertRefused(
        "the nearest is 'kafka.bootstrap-servers'", "DAYBOOK_KAFKA_BOOTSTRAP_SERVER", "x");

    Config config =
        ConfigReader.read(
            Files.writeString(
                folder.resolve("daybook.yaml"),
                """
                kafka.sasl.login.callback.handler.class: com.example.Login
                kafka.com.example.tracing: "on"
                kafka.ssl.truststore.location: /etc/trust.p12
                streams.rocksdb.config.setter: com.example.Rocks
                streams.producer.compression.type: zstd
                debezium.transforms: route
                debezium.transforms.route.type: com.example.Route
                debezium.column.truncate.to.20.chars: public.note.text
                """),
            enoughAnd());
    assertEquals(4, config.kafka().size());
    assertEquals(2, config.streams().size());
    assertEquals(3, config.debezium().size());
  }

  @Test
  void thePrefixesArePinned() {
    assertEquals(
        List.of("kafka.", "streams.", "debezium."),
        java.util.Arrays.stream(PassThrough.values()).map(PassThrough::prefix).toList());
    assertEquals(
        Set.of(
            "application.id",
            "bootstrap.servers",
            "processing.guarantee",
            "state.dir",
            "producer.enable.idempotence",
            "producer.transactional.id",
            "consumer.isolation.level",
            "consumer.group.id"),
        PassThrough.STREAMS.own());
    assertTrue(
        PassThrough.DEBEZIUM
            .own()
            .containsAll(
                List.of(
                    "snapshot.mode",
                    "publication.autocreate.mode",
                    "table.include.list",
                    "skipped.operations",
                    "offset.storage",
                    "database.password",
                    "topic.prefix")));
    assertFalse(PassThrough.DEBEZIUM.own().contains("max.batch.size"));
  }

  @Test
  void rangesAreChecked() {
    assertRefused(
        "freshness.limit: '10ms' should be from 1s to 24h", "DAYBOOK_FRESHNESS_LIMIT", "10ms");
    assertRefused("freshness.limit: '48h' should be", "DAYBOOK_FRESHNESS_LIMIT", "48h");
    assertRefused(
        "freshness.on-stale: 'old' should be live, rollup or error",
        "DAYBOOK_FRESHNESS_ON_STALE",
        "live, orders=old");
    assertRefused(
        "freshness.on-stale: 'live, error' says 'error' twice",
        "DAYBOOK_FRESHNESS_ON_STALE",
        "live, error");
    assertRefused(
        "cache.bump-interval: '2h' should be from 0ms to 1h", "DAYBOOK_CACHE_BUMP_INTERVAL", "2h");
    assertEquals(Duration.ZERO, read("DAYBOOK_CACHE_BUMP_INTERVAL", "0s").cache().bumpInterval());
    assertRefused("cdc.retention: '24h' should be from 168h", "DAYBOOK_CDC_RETENTION", "24h");
    assertEquals(Optional.empty(), read().cdcRetention());
    assertEquals(
        Optional.of(Duration.ofDays(30)), read("DAYBOOK_CDC_RETENTION", "720h").cdcRetention());
    assertRefused("partitions: '1000' should be", "DAYBOOK_PARTITIONS", "1000");
    assertRefused("rollups: it is empty", "DAYBOOK_ROLLUPS", " ");
    assertRefused(
        "kafka.bootstrap-servers: 'two' should be host:port",
        "DAYBOOK_KAFKA_BOOTSTRAP_SERVERS",
        "one:9092, two");
    assertRefused("cache.key-prefix: 'a b' should be", "DAYBOOK_CACHE_KEY_PREFIX", "a b");
    assertRefused("only the number of a database", "DAYBOOK_REDIS_URI", "redis://r:1/first");
    Config good = read();
    assertThrows(
        IllegalArgumentException.class,
        () -> new Config.Cache("a b", Duration.ofSeconds(1), "a:", Duration.ZERO));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Config(
                good.source(),
                good.target(),
                good.sink(),
                good.kafka(),
                good.redis(),
                good.topicPrefix(),
                0,
                good.rollups(),
                good.stateDir(),
                good.freshness(),
                good.cdcRetention(),
                good.recomputeKeep(),
                good.schedule(),
                good.cache(),
                good.serve(),
                good.http(),
                good.debezium(),
                good.streams()));
  }

  @Test
  void aKeySetTwiceOrAFileOfAnotherKindIsNamed() throws IOException {
    Path twice =
        Files.write(
            folder.resolve("twice.yaml"),
            List.of("partitions: 2", "freshness: {limit: 5s}", "freshness.limit: 6s"));
    assertTrue(refused(twice, ENOUGH).contains("freshness.limit is set twice"));
    Path same = Files.write(folder.resolve("same.yaml"), List.of("partitions: 2", "partitions: 3"));
    assertTrue(refused(same, ENOUGH).contains("is no YAML at line 2"), refused(same, ENOUGH));
    Path text = Files.writeString(folder.resolve("text.yaml"), "hello");
    assertTrue(refused(text, ENOUGH).contains("holds no keys"));
    Path empty = Files.writeString(folder.resolve("empty.yaml"), "# nothing\n");
    assertEquals(4, ConfigReader.read(empty, ENOUGH).partitions());
  }

  @Test
  void noMessageRepeatsASecret() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), MARKER + "\n");
    assertRefused("redis.uri: it is no URI", "DAYBOOK_REDIS_URI", "redis://u:" + MARKER + " x@r:1");
    assertRefused("redis.uri: it should", "DAYBOOK_REDIS_URI", "http://u:" + MARKER + "@r:1");
    assertRefused(
        "source.uri: it is no URI", "DAYBOOK_SOURCE_URI", "postgresql://u:" + MARKER + "%@d/x");
    assertRefused("source.uri: it should", "DAYBOOK_SOURCE_URI", "jdbc:postgresql:" + MARKER);
    assertRefused("source.uri: it should", "DAYBOOK_SOURCE_URI", "u:" + MARKER + "@db/app");
    assertRefused(
        "the parameter 'sslmod' is not known; the nearest is 'sslmode'",
        "DAYBOOK_SOURCE_URI",
        "postgresql://u:" + MARKER + "@db/app?sslmod=" + MARKER);
    assertRefused(
        "partitions: the content of file:" + secret + " should be a number",
        "DAYBOOK_PARTITIONS",
        "file:" + secret);
    assertRefused("which cannot be read", "DAYBOOK_SINK_URI", "file:" + folder.resolve("nowhere"));
    Path broken =
        Files.write(
            folder.resolve("broken.yaml"),
            List.of("source.uri: 'postgresql://u:" + MARKER + "@db/app", "redis.uri: [" + MARKER));
    assertTrue(refused(broken, ENOUGH).contains("is no YAML at line"), refused(broken, ENOUGH));

    Config config =
        read(
            "DAYBOOK_SOURCE_URI", "postgresql://u:" + MARKER + "@db/app?sslpassword=" + MARKER,
            "DAYBOOK_TARGET_URI", "jdbc:postgresql://db/app?user=u&password=" + MARKER,
            "DAYBOOK_SINK_URI", "postgresql://u:" + MARKER + "@db/app",
            "DAYBOOK_REDIS_URI", "rediss://u:" + MARKER + "@r:1/3",
            "DAYBOOK_KAFKA_SASL_JAAS_CONFIG", MARKER,
            "DAYBOOK_DEBEZIUM_DRIVER_SSLPASSWORD", MARKER,
            "DAYBOOK_STREAMS_CONSUMER_SSL_KEY_PASSWORD", MARKER);
    assertFalse(config.toString().contains(MARKER), config.toString());
    assertTrue(config.toString().contains("sasl.jaas.config"), config.toString());
    assertEquals(URI.create("rediss://u:" + MARKER + "@r:1/3"), config.redis());
    assertEquals("u", config.sink().user());
  }

  @Test
  void aDatabaseMayBeWrittenAsPsqlOrAsJdbcTakesIt() {
    PostgresUri uri =
        PostgresUri.parse(
            "postgres://us%3Aer:p%2B+s%2Fs@my_db/app?application_name=x&connect_timeout=3&sslmode=require");
    assertEquals(
        "jdbc:postgresql://my_db:5432/app?user=us%3Aer&password=p%2B%2Bs%2Fs&ApplicationName=x"
            + "&connectTimeout=3&sslmode=require",
        uri.jdbcUrl());
    assertEquals("postgresql://us%3Aer@my_db:5432/app", uri.toString());
    assertEquals("us:er", uri.user());
    assertEquals(
        "jdbc:postgresql://[::1]:6000/app",
        PostgresUri.parse("jdbc:postgresql://[::1]:6000/app").jdbcUrl());
    assertEquals("postgresql://db:5432/a", PostgresUri.parse("postgresql://db/a").toString());
  }
}
