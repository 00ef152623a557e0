// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Topics;
import io.debezium.config.Field;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.embedded.EmbeddedEngineConfig;
import io.debezium.embedded.async.AsyncEngineConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/** The configuration of Debezium's engine and Postgres connector. */
final class EngineProperties {
  private static final String SELECTS = "snapshot.select.statement.overrides";

  private EngineProperties() {}

  /** Names of what {@link #of} sets over the pass-through settings, whatever the tables are. */
  static Set<String> fixed() {
    Properties fixed = new Properties();
    CaptureSettings any =
        CaptureSettings.of(
            new SourceDatabase("any", 1, "any", null, null, Map.of()),
            new Topics("any", 1),
            List.of(new Table(new TableName("any", "any"), List.of(), List.of())),
            Map.of());
    connection(any, fixed);
    selection(any, fixed);
    exactness(any, fixed);
    fixed.setProperty("offset.storage", "");
    fixed.setProperty(SELECTS, "");
    return fixed.stringPropertyNames();
  }

  /** Names that the engine and the connector list; without those that stand for many. */
  static Set<String> known() {
    Set<String> names = new TreeSet<>();
    for (Field.Set fields :
        List.of(
            PostgresConnectorConfig.ALL_FIELDS,
            EmbeddedEngineConfig.ALL_FIELDS,
            AsyncEngineConfig.ALL_FIELDS)) {
      fields.forEach(field -> names.add(field.name()));
    }
    names.removeIf(name -> name.contains("("));
    return names;
  }

  /** Pass-through settings first, so that those on which exactness depends win. */
  static Properties of(CaptureSettings settings, String offsetsId) {
    Properties to = new Properties();
    defaults(settings, to);
    to.putAll(settings.debezium());
    connection(settings, to);
    selection(settings, to);
    exactness(settings, to);
    selectedAsText(settings.tables(), to);
    to.setProperty("offset.storage", EngineOffsets.class.getName());
    to.setProperty(EngineOffsets.ID, offsetsId);
    return to;
  }

  private static void defaults(CaptureSettings settings, Properties to) {
    to.setProperty("poll.interval.ms", "10");
    to.setProperty("max.batch.size", Integer.toString(settings.batchRecordsMax()));
    to.setProperty("max.queue.size", Integer.toString(settings.batchRecordsMax() * 2));
    to.setProperty("offset.flush.interval.ms", "1000");
    to.setProperty("status.update.interval.ms", "5000");
    to.setProperty("record.processing.threads", "1");
    to.setProperty("record.processing.shutdown.timeout.ms", "1000");
    to.setProperty("task.management.timeout.ms", "60000");
  }

  private static void connection(CaptureSettings settings, Properties to) {
    SourceDatabase source = settings.source();
    to.setProperty("database.hostname", source.host());
    to.setProperty("database.port", Integer.toString(source.port()));
    to.setProperty("database.dbname", source.database());
    to.setProperty("database.user", source.user() == null ? "" : source.user());
    to.setProperty("database.password", source.password() == null ? "" : source.password());
    source.properties().forEach((name, value) -> to.setProperty("driver." + name, value));
    to.setProperty("database.connection.factory.class", EngineConnections.class.getName());
    to.setProperty("database." + EngineConnections.NAME, settings.applicationName());
  }

  private static void selection(CaptureSettings settings, Properties to) {
    List<String> tables = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    for (Table table : settings.tables()) {
      String name = pattern(table.name().schema()) + "\\." + pattern(table.name().name());
      tables.add(name);
      for (Column column : table.columns()) {
        columns.add(name + "\\." + pattern(column.name()));
      }
    }
    to.setProperty("table.include.list", String.join(",", tables));
    to.setProperty("column.include.list", String.join(",", columns));
    to.setProperty("message.prefix.include.list", Heartbeats.PREFIX);
  }

  private static void exactness(CaptureSettings settings, Properties to) {
    to.setProperty("name", settings.topics().captureTransactionalId());
    to.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    to.setProperty("topic.prefix", settings.topics().prefix());
    to.setProperty("plugin.name", "pgoutput");
    to.setProperty("slot.name", settings.slot());
    to.setProperty("slot.drop.on.stop", "false");
    to.setProperty("slot.max.retries", "0");
    to.setProperty("publication.name", settings.publication());
    to.setProperty("publication.autocreate.mode", "disabled");
    to.setProperty("publish.via.partition.root", "true");
    to.setProperty("snapshot.mode", "initial");
    to.setProperty("lsn.flush.mode", "connector");
    to.setProperty("errors.max.retries", "0");
    to.setProperty("skipped.operations", "none");
    to.setProperty("tombstones.on.delete", "true");
    to.setProperty("provide.transaction.metadata", "false");
    to.setProperty("heartbeat.interval.ms", "0");
    to.setProperty("event.processing.failure.handling.mode", "fail");
    to.setProperty("decimal.handling.mode", "string");
    to.setProperty("binary.handling.mode", "bytes");
    to.setProperty("extended.headers.enabled", "false");
    to.setProperty("column.propagate.source.type", ".*");
    to.setProperty("converters", "exact");
    to.setProperty("exact.type", ExactTextConverter.class.getName());
  }

  /**
   * The driver makes dates into a class that cannot tell all of them apart, and arrays into their
   * elements; text is what Postgres prints.
   */
  private static void selectedAsText(List<Table> tables, Properties to) {
    List<String> overridden = new ArrayList<>();
    for (Table table : tables) {
      if (table.columns().stream().anyMatch(EngineProperties::isSelectedAsText)) {
        String columns =
            table.columns().stream().map(EngineProperties::selected).collect(joining(", "));
        String name = table.name().quoted();
        overridden.add(name);
        to.setProperty(SELECTS + "." + name, "SELECT " + columns + " FROM " + name);
      }
    }
    if (!overridden.isEmpty()) {
      to.setProperty(SELECTS, String.join(",", overridden));
    }
  }

  private static boolean isSelectedAsText(Column column) {
    return column.type().kind() == SqlType.Kind.DATE || column.type().kind() == SqlType.Kind.ARRAY;
  }

  private static String selected(Column column) {
    String name = Identifier.quote(column.name());
    return isSelectedAsText(column) ? name + "::text AS " + name : name;
  }

  /** A regular expression that matches just this name; no comma, since those part a list. */
  private static String pattern(String name) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_' || Character.isLetterOrDigit(c)) {
        pattern.append(c);
      } else {
        pattern.append(String.format("\\u%04X", (int) c));
      }
    }
    return pattern.toString();
  }
}
