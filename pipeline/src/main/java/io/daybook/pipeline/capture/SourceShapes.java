// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What decides which rows the captured tables hold and what those say, apart from the rows' own
 * changes: DDL that alters it sends no row through the slot. Any change of a fixed part breaks the
 * history; others, such as the list of partitions, also change harmlessly.
 *
 * @param scope stands for the names of tables and columns that were looked at
 * @param fixed hash of the parts that must stay as they are
 * @param judged hash of the parts whose changes have to be looked at
 * @param parts values by part by table
 */
record SourceShapes(
    String scope, String fixed, String judged, SortedMap<String, SortedMap<String, String>> parts) {
  /** Partitions that hold rows: {@code oid@xid}, the xid being that of its attachment. */
  static final String PARTITIONS = "partitions";

  /** Which files hold the rows; TRUNCATE, VACUUM FULL and rewrites make new ones. */
  static final String FILES = "files";

  /** Prefix of which transaction last altered a used column; a new DEFAULT is one, too. */
  static final String ALTERED = "alteration of column ";

  /** Prefix of a used column's number and type. */
  static final String COLUMN = "column ";

  /** Prefix of the labels of an enum column, {@code oid=label} each. */
  static final String LABELS = "labels of column ";

  /** The same of all used columns together, in a state of a version that had it so. */
  private static final String ALTERED_TOGETHER = "alterations of used columns";

  private static final List<String> OF_COLUMN = List.of(COLUMN, LABELS, ALTERED);

  /**
   * Shapes with what only a fresh look knows.
   *
   * @param empty partitions, as {@link #PARTITIONS} lists them, in which there has been no row
   */
  record Look(SourceShapes shapes, Set<String> empty) {}

  /** The parts that concern these tables and columns. */
  SourceShapes within(CapturedTables wanted) {
    SortedMap<String, SortedMap<String, String>> kept = new TreeMap<>();
    parts.forEach(
        (table, all) -> {
          SortedMap<String, String> columns = wanted.columns().get(table);
          if (columns != null) {
            SortedMap<String, String> some = new TreeMap<>(all);
            some.keySet()
                .removeIf(part -> isOfColumn(part) && !columns.containsKey(columnOf(part)));
            kept.put(table, some);
          }
        });
    return new SourceShapes(scope, fixed, judged, kept);
  }

  private static boolean isOfColumn(String part) {
    return OF_COLUMN.stream().anyMatch(part::startsWith);
  }

  private static String columnOf(String part) {
    String prefix = OF_COLUMN.stream().filter(part::startsWith).findFirst().orElseThrow();
    return part.substring(prefix.length());
  }

  /** Whether a heartbeat was written while the tables had these shapes. */
  boolean equal(Heartbeat beat) {
    return fixed.equals(beat.fixed()) && judged.equals(beat.judged());
  }

  /** What became different from here to there so that rows may differ unseen; null if nothing. */
  String change(Look now) {
    Set<String> tables = new TreeSet<>(parts.keySet());
    tables.addAll(now.shapes().parts().keySet());
    for (String table : tables) {
      SortedMap<String, String> before = parts.getOrDefault(table, new TreeMap<>());
      SortedMap<String, String> after = now.shapes().parts().getOrDefault(table, new TreeMap<>());
      String change = change(before, after, now.empty());
      if (change != null) {
        return table + ": " + change;
      }
    }
    return null;
  }

  private static String change(
      Map<String, String> before, Map<String, String> after, Set<String> empty) {
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      String old = before.getOrDefault(name, "none");
      String current = after.getOrDefault(name, "none");
      if (!old.equals(current) && !harmless(name, old, current, empty)) {
        return name + " was " + old + ", is now " + current;
      }
    }
    return rewritten(before, after);
  }

  private static boolean harmless(String name, String old, String current, Set<String> empty) {
    if (name.equals(FILES) || name.startsWith(ALTERED) || name.equals(ALTERED_TOGETHER)) {
      return true;
    }
    Set<String> added = items(current);
    if (name.equals(PARTITIONS)) {
      boolean kept = added.containsAll(items(old));
      added.removeAll(items(old));
      return kept && empty.containsAll(added);
    }
    return name.startsWith(LABELS) && added.containsAll(items(old));
  }

  /** A column that was altered, and rows in new files: they may have been computed anew. */
  private static String rewritten(Map<String, String> before, Map<String, String> after) {
    boolean files = !before.getOrDefault(FILES, "").equals(after.getOrDefault(FILES, ""));
    return files && !alterations(before).equals(alterations(after))
        ? "its rows were rewritten and a used column was altered"
        : null;
  }

  private static Map<String, String> alterations(Map<String, String> parts) {
    Map<String, String> alterations = new TreeMap<>(parts);
    alterations.keySet().removeIf(part -> !part.startsWith(ALTERED));
    return alterations;
  }

  /** The items of a part's value, none where there is no such part. */
  static Set<String> items(String list) {
    return list == null || list.equals("none")
        ? new TreeSet<>()
        : new TreeSet<>(List.of(list.split("\n")));
  }
}
