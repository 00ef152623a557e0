// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.Config;
import io.daybook.cli.config.Setting;
import io.daybook.pipeline.capture.CaptureSettings;
import io.daybook.pipeline.capture.SourceDatabase;
import io.daybook.pipeline.capture.SourceSetup;
import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Description;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Problem;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.schemas.topic.DefinitionsTopic;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.migration.Migration;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** A configuration with what follows from it: names, connections, definitions. */
public final class Installation {
  /** Until replays make more than one. */
  private static final int FIRST_GENERATION = 1;

  private static final int FIRST_EPOCH = 1;

  private final Config config;
  private final Topics topics;

  public Installation(Config config) {
    this.config = config;
    this.topics = new Topics(config.topicPrefix(), config.partitions(), config.cdcRetention());
  }

  public Config config() {
    return config;
  }

  public Topics topics() {
    return topics;
  }

  public DataSource source() {
    return new NamedDataSource(Setting.SOURCE_URI, config.source());
  }

  public DataSource target() {
    return new NamedDataSource(Setting.TARGET_URI, config.target());
  }

  /** The target for the role serve, with an end to every wait. */
  public DataSource serve(Duration limit) {
    return new NamedDataSource(Setting.SERVE_URI, config.serve(), config.serve().dataSource(limit));
  }

  /** The source, with an end to every wait. */
  DataSource source(Duration limit) {
    return new NamedDataSource(
        Setting.SOURCE_URI, config.source(), config.source().dataSource(limit));
  }

  /** The definitions in the folder, with what the source says about them; all problems at once. */
  public List<DefinitionRecord> described() throws IOException, SQLException {
    return described(Definition.read(config.rollups()));
  }

  /** One of them. */
  DefinitionRecord described(Definition one) throws SQLException {
    return described(new Definition.Reading(List.of(one), List.of())).get(0);
  }

  private List<DefinitionRecord> described(Definition.Reading reading) throws SQLException {
    List<Problem> problems = new ArrayList<>(reading.problems());
    List<DefinitionRecord> records;
    try (Connection connection = source().getConnection()) {
      records = describe(connection, reading, problems::add);
    }
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems, reading.untold());
    }
    return records;
  }

  /**
   * The definitions of a folder with what the source says about them; those of which a SELECT could
   * not be read are looked at, too, and left out.
   *
   * @param refused told every problem that the source finds
   */
  public List<DefinitionRecord> describe(
      Connection source, Definition.Reading reading, Consumer<Problem> refused)
      throws SQLException {
    List<DefinitionRecord> records = new ArrayList<>();
    for (Definition each : reading.definitions()) {
      try {
        Catalogue catalogue = Description.of(source, each);
        if (each.selects().size() == each.texts().size()) {
          records.add(
              new DefinitionRecord(
                  each.rollup(), FIRST_GENERATION, each.texts(), catalogue, FIRST_EPOCH));
        }
      } catch (DefinitionException e) {
        e.problems().forEach(refused);
      }
    }
    return records;
  }

  /** The definitions in the folder, bound. */
  public List<Rollup> rollups() throws IOException, SQLException {
    return described().stream().map(DefinitionRecord::bind).toList();
  }

  /**
   * The generations that are to be kept up to date: of each rollup one, or two where one is built.
   *
   * @throws RefusedByState where nothing has been migrated
   */
  public List<Rollup> installed() {
    return installed(config.kafka());
  }

  /** The same, with other properties of Kafka clients. */
  List<Rollup> installed(Map<String, String> kafka) {
    List<DefinitionRecord> records = known(kafka);
    if (records.isEmpty()) {
      throw nothingInstalled();
    }
    return atWork(records);
  }

  /** What the topic of definitions holds, frozen generations included; empty without a topic. */
  List<DefinitionRecord> known(Map<String, String> kafka) {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      return admin.missing(List.of(topics.definitions())).isEmpty()
          ? new DefinitionsTopic(topics, kafka).load()
          : List.of();
    }
  }

  /** Those that are to be kept up to date. */
  static List<Rollup> atWork(List<DefinitionRecord> records) {
    return records.stream().filter(each -> !each.frozen()).map(DefinitionRecord::bind).toList();
  }

  /**
   * The generation of each rollup that readers get, whether it is kept up to date or not.
   *
   * @throws RefusedByState where nothing has been migrated, or a definition is gone
   */
  public List<Rollup> current() throws SQLException {
    List<DefinitionRecord> records = known(config.kafka());
    List<Rollup> current = new ArrayList<>();
    try (Connection connection = target().getConnection()) {
      for (Map.Entry<String, Integer> each : Generations.current(connection).entrySet()) {
        current.add(
            records.stream()
                .filter(one -> one.rollup().equals(each.getKey()))
                .filter(one -> one.generation() == each.getValue())
                .findFirst()
                .orElseThrow(() -> withoutDefinition(each.getKey(), each.getValue()))
                .bind());
      }
    }
    if (current.isEmpty()) {
      throw nothingInstalled();
    }
    return current;
  }

  private RefusedByState withoutDefinition(String rollup, int generation) {
    return new RefusedByState(
        "Readers get generation %d of '%s', and %s has no definition of it"
            .formatted(generation, rollup, topics.definitions().name()));
  }

  private RefusedByState nothingInstalled() {
    return new RefusedByState(
        "No rollup is installed under the topic prefix '"
            + topics.prefix()
            + "': run 'daybook migrate' first");
  }

  /** Brings the target's tables to what definitions want. */
  public Migration migration() throws SQLException {
    return migration(target());
  }

  /** The same, over connections of the caller's choice to the target. */
  public Migration migration(DataSource target) throws SQLException {
    return new Migration(
        target,
        new Migration.Settings(
            sourceIsTarget(),
            config.partitions(),
            config.freshness().limit(),
            config.freshness().onStale(),
            Migration.Settings.DEFAULT_LOCK_WAIT,
            config.sink().user(),
            config.http().listen().isPresent() ? config.serve().user() : null));
  }

  /** Time to wait for a lock that a running query holds. */
  public static Duration lockWait() {
    return Migration.Settings.DEFAULT_LOCK_WAIT;
  }

  /** Whether the live query can run where the rollup tables are. */
  public boolean sourceIsTarget() throws SQLException {
    return config.source().equals(config.target()) || SameDatabase.is(source(), target());
  }

  /** What the source needs for these tables. */
  SourceSetup sourceSetup(List<Rollup> rollups) throws SQLException {
    String targetUser = config.target().user();
    // The read functions run the live query as their owner.
    boolean reads = targetUser != null && sourceIsTarget();
    return new SourceSetup(
        SourceDatabase.parse(config.source().jdbcUrl()),
        topics,
        tablesOf(rollups),
        reads ? Set.of(targetUser) : Set.of());
  }

  /** All topics that must exist before the roles start. */
  public List<Topic> topicsOf(List<Rollup> rollups) {
    List<Topic> all = new ArrayList<>();
    all.add(topics.definitions());
    all.add(topics.captureState());
    all.add(topics.quarantine());
    all.add(topics.health());
    tablesOf(rollups).forEach(table -> all.add(topics.cdc(table.name())));
    rollups.forEach(rollup -> all.add(topics.rollup(rollup.name(), rollup.generation())));
    return all;
  }

  /** Every table that any rollup reads, with all columns that any of them uses. */
  public static List<Table> tablesOf(List<Rollup> rollups) {
    Map<TableName, Table> union = new TreeMap<>();
    for (Rollup rollup : rollups) {
      for (Table table : rollup.tables()) {
        union.merge(table.name(), table, Installation::union);
      }
    }
    return List.copyOf(union.values());
  }

  /** From where on the CDC topics will do for all of them. */
  static CaptureSettings.From fromOf(List<Rollup> rollups) {
    int epoch = rollups.stream().mapToInt(Rollup::fromEpoch).max().orElseThrow();
    Map<String, Integer> loads = new HashMap<>();
    rollups.stream()
        .filter(each -> each.fromEpoch() == epoch)
        .forEach(each -> each.fromLoads().forEach((table, n) -> loads.merge(table, n, Math::max)));
    return new CaptureSettings.From(epoch, loads);
  }

  private static Table union(Table first, Table second) {
    List<Column> columns = new ArrayList<>(first.columns());
    second.columns().stream().filter(each -> !columns.contains(each)).forEach(columns::add);
    return new Table(first.name(), columns, first.primaryKey());
  }
}
