// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is read, and was read, beside the stream of an epoch: tables or columns that its snapshot
 * did not have. Part of the state, so that a load goes on where it was.
 *
 * @param begun number of the last load of each table that has begun, by the table's name; numbers
 *     of loads that were given up are not used again
 * @param done likewise of the last one that is complete
 * @param owed loads that are at work; the first one is read
 */
record Loads(
    SortedMap<String, Integer> begun,
    SortedMap<String, Integer> done,
    SortedMap<String, Owed> owed) {
  static final Loads NONE = new Loads(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  /** Keys of other types are not written as Debezium would. */
  private static final Set<SqlType.Kind> KEYS =
      EnumSet.of(
          SqlType.Kind.BOOLEAN,
          SqlType.Kind.INT2,
          SqlType.Kind.INT4,
          SqlType.Kind.INT8,
          SqlType.Kind.NUMERIC,
          SqlType.Kind.TEXT,
          SqlType.Kind.BPCHAR,
          SqlType.Kind.UUID,
          SqlType.Kind.ENUM,
          SqlType.Kind.DATE,
          SqlType.Kind.TIMESTAMP,
          SqlType.Kind.TIMESTAMPTZ);

  /**
   * One that is not complete.
   *
   * @param number of the load, from 1
   * @param columns types by column, as {@link CapturedTables} has them
   * @param after the primary key of the last row that was read, as text; empty before the first
   */
  record Owed(
      int number,
      SortedMap<String, String> columns,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> after) {
    Owed {
      after = after == null ? List.of() : List.copyOf(after);
    }
  }

  Loads {
    begun = Collections.unmodifiableSortedMap(new TreeMap<>(begun));
    done = Collections.unmodifiableSortedMap(new TreeMap<>(done));
    owed = Collections.unmodifiableSortedMap(new TreeMap<>(owed));
  }

  /** Whether a table can be read beside the stream, with the same values. */
  static boolean canRead(Table table) {
    return table.columns().stream().noneMatch(Loads::dependsOnSession)
        && table.primaryKey().stream()
            .map(name -> table.columns().get(table.indexOf(name)))
            .allMatch(column -> KEYS.contains(column.type().kind()));
  }

  /** Within arrays, times are streamed in the zone of the walsender's session. */
  private static boolean dependsOnSession(Column column) {
    return column.type().kind() == SqlType.Kind.ARRAY
        && column.type().name().contains("with time zone");
  }

  /** Of the last load of a table that has begun; 0 if there was none. */
  int begun(String table) {
    return begun.getOrDefault(table, 0);
  }

  /** Of the last load of a table that is complete; 0 if there was none. */
  int done(String table) {
    return done.getOrDefault(table, 0);
  }

  /** Whether these have, or later ones of the same tables. */
  boolean haveBegun(Map<String, Integer> numbers) {
    return numbers.entrySet().stream().allMatch(each -> begun(each.getKey()) >= each.getValue());
  }

  /**
   * What is to be read so that the topics hold all that is wanted.
   *
   * @param held what they hold
   * @param asked the first load of each table that will do, where one is asked for
   */
  Loads towards(CapturedTables held, CapturedTables wanted, Map<String, Integer> asked) {
    SortedMap<String, Owed> next = new TreeMap<>();
    SortedMap<String, Integer> numbers = new TreeMap<>(begun);
    wanted
        .columns()
        .forEach(
            (table, columns) -> {
              int least = asked.getOrDefault(table, 0);
              Owed before = owed.get(table);
              if (held.cover(wanted.only(table)) && done(table) >= least) {
                return;
              }
              if (before != null && before.number >= least && before.columns.equals(columns)) {
                next.put(table, before);
              } else {
                int number = Math.max(least, begun(table) + 1);
                numbers.put(table, number);
                next.put(table, new Owed(number, columns, List.of()));
              }
            });
    return new Loads(numbers, done, next);
  }

  /** The same where a table has been read as far as this key. */
  Loads read(String table, List<String> key) {
    SortedMap<String, Owed> next = new TreeMap<>(owed);
    next.computeIfPresent(table, (name, of) -> new Owed(of.number, of.columns, key));
    return new Loads(begun, done, next);
  }

  /** The same where all of a table has been read. */
  Loads finished(String table) {
    SortedMap<String, Owed> next = new TreeMap<>(owed);
    SortedMap<String, Integer> all = new TreeMap<>(done);
    all.put(table, next.remove(table).number());
    return new Loads(begun, all, next);
  }
}
