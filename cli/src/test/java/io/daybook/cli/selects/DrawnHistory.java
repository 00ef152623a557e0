// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.pipeline.topology.Envelopes;
import io.daybook.pipeline.topology.TableRecord;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Watermark;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Random row changes, made in Postgres and written as the records that capture makes of them. */
final class DrawnHistory {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final RandomGenerator random;
  private final Tally tally;
  private final List<Captured> tables = new ArrayList<>();
  private int epoch = 1;
  private long lsn = 0x1000;

  /** A table, and what capture has written of it. */
  private record Captured(LiveTable live, Table table, TableLog log) {}

  /**
   * A history of these tables.
   *
   * @param known as the catalogue has them, by name; others of the schema are left alone
   */
  DrawnHistory(
      DrawnSchema schema,
      Map<String, Table> known,
      Connection connection,
      RandomGenerator random,
      Tally tally) {
    this.random = random;
    this.tally = tally;
    for (DrawnTable drawn : schema.all()) {
      if (known.containsKey(drawn.name())) {
        LiveTable live = new LiveTable(drawn, connection);
        tables.add(new Captured(live, known.get(drawn.name()), new TableLog()));
      }
    }
  }

  /** Fills the tables, and takes a snapshot of them. */
  void begin() throws SQLException {
    for (Captured table : tables) {
      table.live.fill(random);
    }
    snapshot();
  }

  /** Lets this many changes happen. */
  void happen(int changes) throws SQLException {
    for (int i = 0; i < changes; i++) {
      Captured table = random.nextInt(3) > 0 ? tables.get(0) : pick(tables);
      int dice = random.nextInt(200);
      if (dice == 0) {
        truncate(table);
      } else if (dice < 80 || table.live.rows().isEmpty()) {
        insert(table);
      } else if (dice < 150) {
        update(table, table.live.anyRow(random));
      } else if (dice < 165) {
        rekey(table, table.live.anyRow(random));
      } else {
        delete(table, table.live.anyRow(random));
      }
      swap(pick(tables));
    }
    if (random.nextInt(12) == 0) {
      loseSlot();
    }
  }

  /** Delivers everything that has happened, and at the end a watermark. */
  Watermark deliver(Consumer<TableRecord> to) {
    List<Captured> left = new ArrayList<>(tables);
    left.removeIf(table -> table.log.isEmpty());
    while (!left.isEmpty()) {
      to.accept(pick(left).log.next(random));
      left.removeIf(table -> table.log.isEmpty());
    }
    Position position = next();
    Watermark watermark =
        new Watermark(epoch, position.change(), START.plusSeconds(position.change().value()));
    byte[] key = ControlRecord.watermarkKey();
    byte[] value = ControlRecord.write(watermark);
    tables.forEach(each -> to.accept(new TableRecord(each.table.name(), key, value, position)));
    return watermark;
  }

  private void insert(Captured table) throws SQLException {
    for (Map<String, String> row : table.live.insert(1, random)) {
      tally.note("insert");
      write(table, "c", row, row);
    }
  }

  private void update(Captured table, Map<String, String> before) throws SQLException {
    Map<DrawnColumn, String> values = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      DrawnColumn column = pick(table.live.columns());
      String value = column.value(random);
      if (!column.isTaken(value, table.live.rows())) {
        values.put(column, value);
      }
    }
    if (!values.isEmpty()) {
      tally.note("update");
      for (Map<String, String> row : table.live.update(before, values)) {
        write(table, "u", row, withoutUnchanged(table, before, row));
      }
    }
  }

  /** As of a large text that did not change, and so was not sent. */
  private Map<String, String> withoutUnchanged(
      Captured table, Map<String, String> before, Map<String, String> after) {
    Map<String, String> sent = new HashMap<>(after);
    for (DrawnColumn column : table.live.columns()) {
      String value = after.get(column.name());
      boolean large = column.type() == ColumnType.TEXT && value != null;
      if (large && value.equals(before.get(column.name())) && random.nextInt(4) == 0) {
        tally.note("unavailable value");
        sent.put(column.name(), Envelopes.UNAVAILABLE);
      }
    }
    return sent;
  }

  private void rekey(Captured table, Map<String, String> before) throws SQLException {
    DrawnColumn column = pick(table.live.keyColumns());
    Map<String, String> after = new HashMap<>(before);
    after.put(column.name(), column.value(random));
    if (!table.live.has(table.live.key(after))) {
      tally.note("key change");
      for (Map<String, String> row : table.live.rekey(before, column, after.get(column.name()))) {
        gone(table, before);
        write(table, "c", row, row);
      }
    }
  }

  /** Two rows exchange their values of a unique column, where Postgres checks them afterwards. */
  private void swap(Captured table) throws SQLException {
    for (DrawnColumn column : table.live.columns()) {
      if (column.unique().equals(DrawnColumn.DEFERRABLE) && !table.live.rows().isEmpty()) {
        Map<String, String> one = table.live.anyRow(random);
        Map<String, String> other = table.live.anyRow(random);
        if (!Objects.equals(one.get(column.name()), other.get(column.name()))) {
          tally.note("swap");
          for (Map<String, String> row : table.live.swap(column, one, other)) {
            write(table, "u", row, row);
          }
        }
      }
    }
  }

  private void delete(Captured table, Map<String, String> row) throws SQLException {
    tally.note("delete");
    table.live.delete(row);
    gone(table, row);
  }

  private void truncate(Captured table) throws SQLException {
    tally.note("truncate");
    table.live.truncate();
    fence(table, new Fence.Truncate(epoch));
  }

  /** What has not been delivered is lost; a new snapshot follows. */
  private void loseSlot() {
    tally.note("lost slot");
    epoch++;
    tables.forEach(table -> table.log.clear());
    snapshot();
  }

  private void snapshot() {
    for (Captured table : tables) {
      table.live.rows().forEach(row -> write(table, "r", row, row));
    }
    tables.forEach(table -> fence(table, new Fence.SnapshotEnd(epoch)));
  }

  private void write(Captured table, String op, Map<String, String> row, Map<String, String> sent) {
    Position position = next();
    Envelopes envelopes = new Envelopes(table.table);
    add(table, row, envelopes.key(row), envelopes.row(op, sent, position), position);
  }

  /** A delete, and the tombstone after it. */
  private void gone(Captured table, Map<String, String> row) {
    Position position = next();
    Envelopes envelopes = new Envelopes(table.table);
    byte[] key = envelopes.key(row);
    add(table, row, key, envelopes.delete(row, position), position);
    add(table, row, key, null, position);
  }

  private void add(
      Captured table, Map<String, String> row, byte[] key, byte[] value, Position position) {
    TableRecord record = new TableRecord(table.table.name(), key, value, position);
    table.log.add(table.live.key(row).toString(), record);
  }

  private void fence(Captured table, Fence fence) {
    byte[] key = ControlRecord.fenceKey();
    byte[] value = ControlRecord.write(fence);
    table.log.fence(new TableRecord(table.table.name(), key, value, next()));
  }

  private Position next() {
    lsn += 8;
    return new Position(epoch, new Lsn(lsn - 8), new Lsn(lsn));
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
