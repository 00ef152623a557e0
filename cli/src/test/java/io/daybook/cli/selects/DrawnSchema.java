// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static java.util.stream.Collectors.joining;

import io.daybook.cli.selects.DrawnTable.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A random schema: a table of facts and one to three parents, side by side or one above the other.
 * No foreign keys: children come before their parents, and parents vanish under their children.
 */
final class DrawnSchema {
  private static final String TYPES =
      "CREATE TYPE \"Level\" AS ENUM ('low', 'high', 'Very \"high\"');";
  private static final List<String> NAMES = List.of("fact", "Parent One", "second", "Größe_3");
  private static final List<ColumnType> TEXTS = List.of(ColumnType.TEXT, ColumnType.VARCHAR);
  private static final List<ColumnType> DAYS =
      List.of(ColumnType.DATE, ColumnType.TIMESTAMP, ColumnType.MILLIS);
  private static final List<ColumnType> KEY_PARTS =
      List.of(ColumnType.INTEGER, ColumnType.TEXT, ColumnType.DATE, ColumnType.UUID);
  private static final int FACT_ROWS = 30;
  private static final int PARENT_ROWS = 4;

  private final RandomGenerator random;
  private final List<DrawnTable> tables;

  private DrawnSchema(RandomGenerator random) {
    this.random = random;
    this.tables = tables();
  }

  static DrawnSchema draw(RandomGenerator random) {
    return new DrawnSchema(random);
  }

  /** The fact first. */
  List<DrawnTable> all() {
    return tables;
  }

  String ddl() {
    return tables.stream().map(DrawnTable::ddl).collect(joining("\n", TYPES + "\n", ""));
  }

  private List<DrawnTable> tables() {
    int parents = 1 + random.nextInt(3);
    int[] childOf = new int[parents + 1];
    for (int parent = 1; parent <= parents; parent++) {
      childOf[parent] = random.nextBoolean() ? parent - 1 : random.nextInt(parent);
    }
    DrawnTable[] drawn = new DrawnTable[parents + 1];
    for (int table = parents; table >= 0; table--) {
      int child = table;
      List<DrawnTable> above =
          IntStream.rangeClosed(table + 1, parents)
              .filter(parent -> childOf[parent] == child)
              .mapToObj(parent -> drawn[parent])
              .toList();
      drawn[table] = table(table, above);
    }
    return List.of(drawn);
  }

  private DrawnTable table(int number, List<DrawnTable> parents) {
    int rows = number == 0 ? FACT_ROWS : PARENT_ROWS;
    List<DrawnColumn> key = new ArrayList<>();
    List<DrawnColumn> columns = new ArrayList<>();
    boolean unique = number > 0 && random.nextInt(3) == 0;
    if (unique) {
      columns.add(unique(rows));
    }
    if ((number == 0 || unique) && random.nextInt(3) == 0) {
      key.add(key("Id", pick(KEY_PARTS), 6));
      key.add(key("part", pick(KEY_PARTS), 6));
    } else {
      key.add(key("id", pick(ColumnType.KEYS), rows));
    }
    String prefix = random.nextBoolean() ? "c" : "C " + number;
    for (ColumnType type : types()) {
      columns.add(
          new DrawnColumn(prefix + columns.size(), type, random.nextInt(3) > 0, "", type.values));
    }
    List<Reference> references = new ArrayList<>();
    for (DrawnTable parent : parents) {
      Reference reference = reference(parent, references.size());
      references.add(reference);
      columns.add(reference.column());
    }
    return new DrawnTable(NAMES.get(number), key, columns, references, rows);
  }

  /** One to be a workspace, one to be a day, and some more, in any order. */
  private List<ColumnType> types() {
    List<ColumnType> types = new ArrayList<>(List.of(pick(TEXTS), pick(DAYS)));
    for (int more = 1 + random.nextInt(3); more > 0; more--) {
      types.add(pick(List.of(ColumnType.values())));
    }
    Collections.swap(types, 0, random.nextInt(types.size()));
    return types;
  }

  private Reference reference(DrawnTable parent, int number) {
    DrawnColumn to =
        parent.columns().stream()
            .filter(column -> !column.unique().isEmpty())
            .filter(column -> parent.key().size() > 1 || random.nextInt(4) > 0)
            .findFirst()
            .orElse(parent.key().get(0));
    List<String> values = new ArrayList<>(to.values());
    if (random.nextBoolean()) {
      values.add(to.type().key(values.size())); // of no parent
    }
    DrawnColumn from =
        new DrawnColumn(
            "ref" + number, pick(to.type().referring()), random.nextInt(4) > 0, "", values);
    return new Reference(from, parent, to);
  }

  /** A column that children may name the parent by; with just one value more than rows. */
  private DrawnColumn unique(int rows) {
    ColumnType type = pick(ColumnType.KEYS);
    String how = pick(List.of(" UNIQUE", DrawnColumn.DEFERRABLE, DrawnColumn.WITH_ONE_NULL));
    List<String> values = IntStream.rangeClosed(0, rows).mapToObj(type::key).toList();
    return new DrawnColumn("code", type, random.nextInt(4) > 0, how, values);
  }

  private static DrawnColumn key(String name, ColumnType type, int values) {
    return new DrawnColumn(
        name, type, false, "", IntStream.range(0, values).mapToObj(type::key).toList());
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
