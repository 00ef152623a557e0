// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import picocli.CommandLine;
import redis.clients.jedis.Jedis;

/** One environment in which everything works until it is broken: database, roles, folder. */
final class PreflightSite {
  private static final Map<String, String> WORKING =
      Map.of(
          "sales/orders.sql",
          """
          SELECT t.id AS workspace_id, o.at AS day, count(*) AS orders, sum(o.amount) AS amount
          FROM shop.orders o JOIN shop.tenant t ON t.id = o.tenant GROUP BY 1, 2
          """);

  private static final String TABLES =
      """
      CREATE SCHEMA shop;
      CREATE TABLE shop.tenant (id int PRIMARY KEY, name text);
      CREATE TABLE shop.orders (
        id bigint PRIMARY KEY, tenant int REFERENCES shop.tenant, at date, amount int, note text);
      INSERT INTO shop.tenant SELECT n, 'Tenant ' || n FROM generate_series(1, 5) n;
      INSERT INTO shop.orders
      SELECT n, n % 5 + 1, date '2026-01-01' + n % 20, n % 7, 'x' FROM generate_series(1, 200) n;
      ALTER SCHEMA shop OWNER TO ${own};
      ALTER TABLE shop.tenant OWNER TO ${own};
      ALTER TABLE shop.orders OWNER TO ${own};
      """;

  private static final String ROLES =
      """
      CREATE ROLE ${own} NOLOGIN;
      CREATE ROLE ${app} LOGIN REPLICATION PASSWORD 'secret' IN ROLE ${own};
      CREATE ROLE ${sink} LOGIN PASSWORD 'secret';
      """;

  private final PreflightRig rig;
  private final BrokenEnvironment environment;
  private final Path folder;
  private final TestPostgres limited;
  private final TestBroker broker;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Map<String, String> config = new TreeMap<>();

  /** What a verb answered. */
  record Answer(int code, String out, String err) {
    String all() {
      return out + err;
    }
  }

  PreflightSite(PreflightRig rig, BrokenEnvironment environment, int number) throws Exception {
    this.rig = rig;
    this.environment = environment;
    this.folder = Files.createDirectories(rig.folder().resolve("site-" + number));
    this.limited = environment.postgres() == null ? null : rig.limited();
    this.broker = broker();
    names.put("app", "app_" + number);
    names.put("own", "own_" + number);
    names.put("sink", "sink_" + number);
    names.put("db", "db_" + number);
    names.put("prefix", "p-" + number);
    names.put("slot", "p_" + number);
    names.put("folder", folder.toString());
    names.put(
        "postgres",
        limited == null ? "127.0.0.1:" + rig.stack().postgresPort() : limited.address());
    names.put("kafka", servers());
    names.put("redis-address", "127.0.0.1:" + rig.stack().redisPort());
    names.put("redis", rig.stack().redisUri());
    databases();
    configure();
    define(WORKING);
  }

  private TestBroker broker() throws Exception {
    if (environment.kafka() != null) {
      return rig.secured();
    }
    return environment.broker() == null ? null : rig.own(environment.broker());
  }

  private String servers() {
    if (broker == null) {
      return rig.stack().kafkaBootstrap();
    }
    return environment.kafka() == null ? broker.open() : broker.login();
  }

  private void databases() throws SQLException {
    try (Connection connection = superuser("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(named(ROLES));
      if (limited == null) {
        statement.execute(named("GRANT daybook_sink TO ${sink}"));
      }
      statement.execute(named("CREATE DATABASE ${db}"));
      statement.execute(named("GRANT CREATE ON DATABASE ${db} TO ${app}"));
    }
    run(TABLES);
  }

  private void configure() throws IOException {
    String uri = "postgresql://%s:secret@${postgres}/${db}";
    config.put("source.uri", named(uri.formatted("${app}")));
    config.put("target.uri", named(uri.formatted("${app}")));
    config.put("sink.uri", named(uri.formatted("${sink}")));
    config.put("kafka.bootstrap-servers", names.get("kafka"));
    config.put("redis.uri", names.get("redis"));
    config.put("topic-prefix", names.get("prefix"));
    config.put("partitions", "2");
    config.put("rollups", folder.resolve("rollups").toString());
    config.put("state-dir", folder.resolve("state").toString());
    if (environment.kafka() != null) {
      config.putAll(TestBroker.loginAs("app"));
    }
    configure(Map.of());
  }

  /** Writes the configuration with some keys changed. */
  void configure(Map<String, String> changes) throws IOException {
    changes.forEach((key, value) -> config.put(key, named(value)));
    names.put("prefix", config.get("topic-prefix"));
    new YAMLMapper().writeValue(folder.resolve("daybook.yaml").toFile(), config);
  }

  /** Writes these definitions and no others. */
  void define(Map<String, String> files) throws IOException {
    Path rollups = folder.resolve("rollups");
    if (Files.exists(rollups)) {
      try (var all = Files.walk(rollups)) {
        for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = rollups.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue() + "\n");
    }
  }

  void defineWorking() throws IOException {
    define(WORKING);
  }

  /** Breaks it as the environment says. */
  void breakIt() throws Exception {
    if (environment.sql() != null) {
      run(environment.sql());
    }
    if (environment.redis() != null) {
      for (String line : environment.redis()) {
        redis(line);
      }
    }
    if (environment.topics() != null) {
      for (Map.Entry<String, Map<String, String>> topic : environment.topics().entrySet()) {
        alterTopic(named(topic.getKey()), new TreeMap<>(topic.getValue()));
      }
    }
    if (environment.config() != null) {
      configure(environment.config());
    }
    if (environment.definitions() != null) {
      define(environment.definitions());
    }
  }

  private void alterTopic(String topic, Map<String, String> settings) throws Exception {
    try (Admin admin = admin()) {
      String partitions = settings.remove("partitions");
      if (partitions != null) {
        admin
            .createPartitions(Map.of(topic, NewPartitions.increaseTo(Integer.parseInt(partitions))))
            .all()
            .get();
      }
      if (!settings.isEmpty()) {
        KafkaTools.setTopic(admin, topic, settings);
      }
    }
  }

  /** Runs a verb with this configuration. */
  Answer call(String... arguments) {
    return call(new StringWriter(), arguments);
  }

  /** The same, with what it says on stderr to be read meanwhile. */
  Answer call(StringWriter err, String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--config");
    all.add(folder.resolve("daybook.yaml").toString());
    int code = line.execute(all.toArray(String[]::new));
    return new Answer(code, out.toString(), err.toString());
  }

  /** Everything of Daybook's that is there, and in Redis. */
  TreeSet<String> state() throws Exception {
    TreeSet<String> state =
        new TreeSet<>(
            texts(
                """
        SELECT 'slot ' || slot_name || ' ' || active FROM pg_replication_slots
        UNION ALL SELECT 'publication ' || pubname || ' ' || p::text FROM pg_publication p
        UNION ALL SELECT 'published ' || t::text FROM pg_publication_tables t
        UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname LIKE 'daybook%'
        UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname LIKE 'daybook%'
        UNION ALL SELECT 'relation ' || relname FROM pg_class
                  WHERE relnamespace = to_regnamespace('daybook')"""));
    try (Admin admin = admin()) {
      admin.listTopics().names().get().stream()
          .filter(name -> name.startsWith(names.get("prefix")))
          .forEach(name -> state.add("topic " + name));
      admin.listGroups().all().get().stream()
          .filter(group -> group.groupId().startsWith(names.get("prefix")))
          .forEach(group -> state.add("group " + group.groupId()));
    }
    try (Jedis redis = new Jedis("127.0.0.1", rig.stack().redisPort())) {
      redis.keys("*").forEach(key -> state.add("key " + key + " " + redis.get(key)));
    }
    return state;
  }

  /** As a super user of the broker, whatever the environment's user may do. */
  Admin admin() {
    String servers = broker == null ? rig.stack().kafkaBootstrap() : broker.open();
    return Admin.create(Map.of("bootstrap.servers", servers));
  }

  /** Runs statements as a superuser in this database, each by itself. */
  void run(String sql) throws SQLException {
    try (Connection connection = superuser(names.get("db"));
        Statement statement = connection.createStatement()) {
      for (String each : named(sql).split(";\\s*(--[^\n]*)?(\n|$)")) {
        if (!each.isBlank()) {
          statement.execute(each);
        }
      }
    }
  }

  List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = superuser(names.get("db"));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(named(sql))) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }

  /** Runs a line of redis-cli as the default user. */
  void redis(String line) {
    String[] words = named(line).split(" ");
    try (Jedis redis = new Jedis("127.0.0.1", rig.stack().redisPort())) {
      redis.sendCommand(() -> words[0].getBytes(), Arrays.copyOfRange(words, 1, words.length));
    }
  }

  void restartPostgres() throws IOException {
    limited.restart();
  }

  void restartBroker(Map<String, String> settings) {
    broker.restartWith(settings);
  }

  /** With the names of this environment in it. */
  String named(String text) {
    String result = text;
    for (Map.Entry<String, String> name : names.entrySet()) {
      result = result.replace("${" + name.getKey() + "}", name.getValue());
    }
    return result;
  }

  private Connection superuser(String database) throws SQLException {
    return limited == null
        ? rig.stack().superuser(database).getConnection()
        : limited.superuser(database);
  }
}
