// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static java.util.stream.Collectors.joining;

import io.daybook.pipeline.topology.Envelopes;
import io.daybook.pipeline.topology.TableRecord;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.Watermark;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Random row changes, made in Postgres and written as the records that capture makes of them. */
final class DrawnHistory {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Connection connection;
  private final RandomGenerator random;
  private final Tally tally;
  private final List<State> states = new ArrayList<>();
  private int epoch = 1;
  private long lsn = 0x1000;

  /** A table, its rows as Postgres prints them, by key, and what is still to be delivered. */
  private record State(
      DrawnTable drawn, Table table, Map<List<String>, Map<String, String>> rows, TableLog log) {}

  /**
   * A history of these tables.
   *
   * @param tables as the catalogue knows them, by name; others of the schema are left alone
   */
  DrawnHistory(
      DrawnSchema schema,
      Map<String, Table> tables,
      Connection connection,
      RandomGenerator random,
      Tally tally) {
    this.connection = connection;
    this.random = random;
    this.tally = tally;
    for (DrawnTable drawn : schema.all()) {
      if (tables.containsKey(drawn.name())) {
        Table table = tables.get(drawn.name());
        states.add(new State(drawn, table, new LinkedHashMap<>(), new TableLog()));
      }
    }
  }

  /** Fills the tables, as a snapshot sees them. */
  void begin() throws SQLException {
    for (State state : states) {
      insert(state, state.drawn.rows() * 3 / 2, "r");
    }
    fences(new Fence.SnapshotEnd(epoch));
  }

  /** Lets this many changes happen. */
  void happen(int changes) throws SQLException {
    for (int i = 0; i < changes; i++) {
      State state = random.nextInt(3) > 0 ? states.get(0) : pick(states);
      int dice = random.nextInt(200);
      if (dice == 0) {
        truncate(state);
      } else if (dice < 80 || state.rows.isEmpty()) {
        insert(state, 1, "c");
      } else if (dice < 150) {
        update(state);
      } else if (dice < 165) {
        rekey(state);
      } else {
        delete(state);
      }
    }
    if (random.nextInt(12) == 0) {
      loseSlot();
    }
  }

  /** Delivers everything that has happened, and at the end a watermark. */
  Watermark deliver(Consumer<TableRecord> to) {
    List<State> left = new ArrayList<>(states);
    left.removeIf(state -> state.log.isEmpty());
    while (!left.isEmpty()) {
      State state = pick(left);
      to.accept(state.log.next(random));
      left.removeIf(each -> each.log.isEmpty());
    }
    Position position = next();
    Watermark watermark =
        new Watermark(epoch, position.change(), START.plusSeconds(position.change().value()));
    byte[] value = ControlRecord.write(watermark);
    for (State state : states) {
      byte[] key = ControlRecord.watermarkKey();
      to.accept(new TableRecord(state.table.name(), key, value, position));
    }
    return watermark;
  }

  /** Rows with keys that are not there yet. */
  private void insert(State state, int tries, String op) throws SQLException {
    Map<List<String>, Map<String, String>> drawn = new LinkedHashMap<>();
    for (int i = 0; i < tries; i++) {
      Map<String, String> row = new HashMap<>();
      state.drawn.all().forEach(column -> row.put(column.name(), column.value(random)));
      if (!state.rows.containsKey(key(state, row))) {
        drawn.putIfAbsent(key(state, row), row);
      }
    }
    if (drawn.isEmpty()) {
      return;
    }
    List<DrawnColumn> columns = state.drawn.all();
    String sql =
        "INSERT INTO %s (%s) VALUES %s"
            .formatted(
                state.drawn.quoted(),
                columns.stream().map(DrawnColumn::quoted).collect(joining(", ")),
                drawn.values().stream().map(row -> values(columns, row)).collect(joining(", ")));
    for (Map<String, String> row : change(sql, state)) {
      tally.note(op.equals("r") ? "snapshot" : "insert");
      write(state, op, row, row);
    }
  }

  private static String values(List<DrawnColumn> columns, Map<String, String> row) {
    return columns.stream()
        .map(column -> column.literal(row.get(column.name())))
        .collect(joining(", ", "(", ")"));
  }

  private void update(State state) throws SQLException {
    Map<String, String> before = anyRow(state);
    Map<String, String> set = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      DrawnColumn column = pick(state.drawn.columns());
      set.put(column.quoted(), column.literal(column.value(random)));
    }
    String sql =
        "UPDATE %s SET %s WHERE %s"
            .formatted(
                state.drawn.quoted(),
                set.entrySet().stream()
                    .map(each -> each.getKey() + " = " + each.getValue())
                    .collect(joining(", ")),
                is(state, before));
    for (Map<String, String> row : change(sql, state)) {
      tally.note("update");
      write(state, "u", row, withoutUnchanged(state, before, row));
    }
  }

  /** As of a large text that did not change, and so was not sent. */
  private Map<String, String> withoutUnchanged(
      State state, Map<String, String> before, Map<String, String> after) {
    Map<String, String> sent = new HashMap<>(after);
    for (DrawnColumn column : state.drawn.columns()) {
      String value = after.get(column.name());
      boolean large = column.type() == ColumnType.TEXT && value != null;
      if (large && value.equals(before.get(column.name())) && random.nextInt(4) == 0) {
        tally.note("unavailable value");
        sent.put(column.name(), Envelopes.UNAVAILABLE);
      }
    }
    return sent;
  }

  private void rekey(State state) throws SQLException {
    Map<String, String> before = anyRow(state);
    Map<String, String> after = new HashMap<>(before);
    DrawnColumn column = pick(state.drawn.key());
    after.put(column.name(), column.value(random));
    if (state.rows.containsKey(key(state, after))) {
      return;
    }
    String value = column.literal(after.get(column.name()));
    String sql =
        "UPDATE %s SET %s = %s WHERE %s"
            .formatted(state.drawn.quoted(), column.quoted(), value, is(state, before));
    for (Map<String, String> row : change(sql, state)) {
      tally.note("key change");
      gone(state, before);
      write(state, "c", row, row);
    }
  }

  private void delete(State state) throws SQLException {
    Map<String, String> before = anyRow(state);
    String sql = "DELETE FROM %s WHERE %s".formatted(state.drawn.quoted(), is(state, before));
    for (Map<String, String> row : change(sql, state)) {
      tally.note("delete");
      gone(state, row);
    }
  }

  private void truncate(State state) throws SQLException {
    tally.note("truncate");
    execute("TRUNCATE " + state.drawn.quoted());
    state.rows.clear();
    fence(state, new Fence.Truncate(epoch));
  }

  /** What has not been delivered is lost; a new snapshot follows. */
  private void loseSlot() {
    tally.note("lost slot");
    epoch++;
    for (State state : states) {
      state.log.clear();
      state.rows.values().forEach(row -> write(state, "r", row, row));
    }
    fences(new Fence.SnapshotEnd(epoch));
  }

  private void write(State state, String op, Map<String, String> row, Map<String, String> sent) {
    state.rows.put(key(state, row), row);
    Position position = next();
    Envelopes envelopes = new Envelopes(state.table);
    add(state, row, envelopes.key(row), envelopes.row(op, sent, position), position);
  }

  /** A delete, and the tombstone after it. */
  private void gone(State state, Map<String, String> row) {
    state.rows.remove(key(state, row));
    Position position = next();
    Envelopes envelopes = new Envelopes(state.table);
    byte[] key = envelopes.key(row);
    add(state, row, key, envelopes.delete(row, position), position);
    add(state, row, key, null, position);
  }

  private void add(
      State state, Map<String, String> row, byte[] key, byte[] value, Position position) {
    TableRecord record = new TableRecord(state.table.name(), key, value, position);
    state.log.add(key(state, row).toString(), record);
  }

  private void fences(Fence fence) {
    states.forEach(state -> fence(state, fence));
  }

  private void fence(State state, Fence fence) {
    byte[] value = ControlRecord.write(fence);
    state.log.fence(new TableRecord(state.table.name(), ControlRecord.fenceKey(), value, next()));
  }

  /** The rows that a statement leaves, or that it deletes. */
  private List<Map<String, String>> change(String sql, State state) throws SQLException {
    List<DrawnColumn> columns = state.drawn.all();
    String printed = columns.stream().map(DrawnColumn::printed).collect(joining(", "));
    List<Map<String, String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql + " RETURNING " + printed)) {
      while (result.next()) {
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          row.put(columns.get(i).name(), result.getString(i + 1));
        }
        rows.add(row);
      }
    } catch (SQLException e) {
      throw new SQLException(sql + ": " + e.getMessage(), e.getSQLState(), e);
    }
    return rows;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String is(State state, Map<String, String> row) {
    return state.drawn.key().stream()
        .map(column -> column.quoted() + " = " + column.literal(row.get(column.name())))
        .collect(joining(" AND "));
  }

  private static List<String> key(State state, Map<String, String> row) {
    return state.drawn.key().stream().map(column -> row.get(column.name())).toList();
  }

  private Map<String, String> anyRow(State state) {
    return pick(new ArrayList<>(state.rows.values()));
  }

  private Position next() {
    lsn += 8;
    return new Position(epoch, new Lsn(lsn - 8), new Lsn(lsn));
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
