// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.Account;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.LoadMark;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Watermark;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns the events of a case into the records that capture would write. It remembers each row, so
 * that an update names just the columns that change.
 */
final class CaseEvents {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00.000001Z");

  private final Map<String, Table> tables = new TreeMap<>();
  private final Map<String, Map<String, String>> rows = new HashMap<>();
  private int epoch = 1;
  private long lsn = 0x1000;
  private int load;
  private int loaded;

  /** Tables as the database has them, with all their columns. */
  CaseEvents(Collection<Table> tables) {
    tables.forEach(table -> this.tables.put(table.name().name(), table));
  }

  /** The records of one event, in order. */
  List<TableRecord> records(JsonNode event) {
    String verb = event.get(0).asText();
    switch (verb) {
      case "epoch" -> {
        epoch = event.get(1).asInt();
        return List.of();
      }
      case "load" -> {
        load = event.get(1).asInt();
        return List.of();
      }
      case "loaded" -> {
        loaded = load;
        return List.of();
      }
      case "beside" -> {
        Table table = table(event.get(1).asText());
        TableRecord read = row("r", table, texts(event.get(2), ""), Map.of());
        return List.of(read.with(new LoadMark(load, true)));
      }
      case "many" -> {
        return many(event);
      }
      case "watermark" -> {
        return watermark(event);
      }
      case "account" -> {
        return account(event);
      }
      case "raw", "foreign" -> {
        return List.of(raw(verb.equals("raw") ? next() : null, event));
      }
      case "retry" -> {
        return List.of(retry(event));
      }
      case "truncate" -> {
        return fence(event, new Fence.Truncate(epoch));
      }
      case "snapshot-end" -> {
        return fence(event, new Fence.SnapshotEnd(epoch));
      }
      default -> {
        return change(verb, table(event.get(1).asText()), texts(event.get(2), ""), event).stream()
            .map(each -> each.with(new LoadMark(load, false)))
            .toList();
      }
    }
  }

  private List<TableRecord> change(
      String verb, Table table, Map<String, String> named, JsonNode event) {
    return switch (verb) {
      case "insert" -> List.of(row("c", table, named, Map.of()));
      case "read" -> List.of(row("r", table, named, Map.of()));
      case "update" -> List.of(row("u", table, named, known(table, named)));
      case "delete" -> delete(table, named);
      case "tombstone" -> List.of(tombstone(table, named));
      case "rekey" -> {
        Map<String, String> old = known(table, named);
        List<TableRecord> records = new ArrayList<>(delete(table, named));
        records.add(row("c", table, texts(event.get(3), ""), old));
        yield records;
      }
      default -> throw new IllegalArgumentException("'" + verb + "' is no event: " + event);
    };
  }

  private TableRecord row(
      String op, Table table, Map<String, String> named, Map<String, String> old) {
    for (String column : named.keySet()) {
      if (table.indexOf(column) < 0) {
        throw new IllegalArgumentException(table.name() + " has no column " + column);
      }
    }
    Map<String, String> row = new HashMap<>(old);
    row.putAll(named);
    Position position = next();
    Envelopes envelopes = new Envelopes(table);
    byte[] value = envelopes.row(op, row, position);
    old.forEach((column, text) -> row.replace(column, EnvelopeReader.UNAVAILABLE_TEXT, text));
    rows.put(id(table, row), row);
    return new TableRecord(table.name(), envelopes.key(row), value, position);
  }

  private List<TableRecord> delete(Table table, Map<String, String> key) {
    rows.remove(id(table, key));
    Position position = next();
    Envelopes envelopes = new Envelopes(table);
    byte[] value = envelopes.delete(key, position);
    return List.of(
        new TableRecord(table.name(), envelopes.key(key), value, position), tombstone(table, key));
  }

  private TableRecord tombstone(Table table, Map<String, String> key) {
    return new TableRecord(table.name(), new Envelopes(table).key(key), null, next());
  }

  /** {@code [many, 3, insert, shop, {id: '#'}]}: # counts from 1. */
  private List<TableRecord> many(JsonNode event) {
    List<TableRecord> records = new ArrayList<>();
    for (int i = 1; i <= event.get(1).asInt(); i++) {
      Table table = table(event.get(3).asText());
      Map<String, String> named = texts(event.get(4), Integer.toString(i));
      records.addAll(change(event.get(2).asText(), table, named, event));
    }
    return records;
  }

  private List<TableRecord> watermark(JsonNode event) {
    Lsn at = Lsn.parse(event.get(2).asText());
    Watermark watermark = new Watermark(epoch, at, START.plusMillis(at.value()));
    return control(
        event, ControlRecord.watermarkKey(), ControlRecord.write(watermark, null, loaded));
  }

  private List<TableRecord> account(JsonNode event) {
    Lsn at = new Lsn(lsn);
    Watermark watermark = new Watermark(epoch, at, START.plusMillis(at.value()));
    Account account = new Account(event.path(3).asInt(1), event.get(2).asLong());
    return control(event, ControlRecord.watermarkKey(), ControlRecord.write(watermark, account, 0));
  }

  private TableRecord raw(Position position, JsonNode event) {
    Table table = table(event.get(1).asText());
    JsonNode key = event.get(2);
    return new TableRecord(
        table.name(),
        key.isNull() ? null : new Envelopes(table).key(texts(key, "")),
        event.get(3).asText().getBytes(StandardCharsets.UTF_8),
        position);
  }

  private TableRecord retry(JsonNode event) {
    Table table = table(event.get(1).asText());
    TableRecord row = row("u", table, texts(event.get(3), ""), Map.of());
    return new TableRecord(
        table.name(), row.key(), row.value(), row.position(), event.get(2).asLong());
  }

  private List<TableRecord> fence(JsonNode event, Fence fence) {
    return control(event, ControlRecord.fenceKey(), ControlRecord.write(fence));
  }

  private List<TableRecord> control(JsonNode event, byte[] key, byte[] value) {
    String name = event.get(1).asText();
    Collection<Table> to = name.equals("all") ? tables.values() : List.of(table(name));
    return to.stream().map(each -> new TableRecord(each.name(), key, value, next())).toList();
  }

  private Map<String, String> known(Table table, Map<String, String> key) {
    Map<String, String> row = rows.get(id(table, key));
    if (row == null) {
      throw new IllegalArgumentException("There is no row " + key + " in " + table.name());
    }
    return row;
  }

  private static String id(Table table, Map<String, String> row) {
    return table.name() + " " + table.primaryKey().stream().map(row::get).toList();
  }

  private Table table(String name) {
    if (!tables.containsKey(name)) {
      throw new IllegalArgumentException("There is no table " + name + " in " + tables.keySet());
    }
    return tables.get(name);
  }

  private static Map<String, String> texts(JsonNode object, String number) {
    Map<String, String> texts = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      texts.put(field.getKey(), value.isNull() ? null : value.asText().replace("#", number));
    }
    return texts;
  }

  private Position next() {
    lsn += 8;
    return new Position(epoch, new Lsn(lsn - 8), new Lsn(lsn));
  }
}
