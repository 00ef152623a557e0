// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import java.util.List;
import java.util.stream.Stream;

/**
 * A random table.
 *
 * @param key columns of its primary key
 * @param columns all others
 * @param references by which it finds its parents; their columns are among the others
 * @param rows how many different keys there are: few, so that they soon come back
 */
record DrawnTable(
    String name,
    List<DrawnColumn> key,
    List<DrawnColumn> columns,
    List<Reference> references,
    int rows) {

  /** A column that holds the value of a parent's column, or of none. */
  record Reference(DrawnColumn column, DrawnTable parent, DrawnColumn parentColumn) {}

  String quoted() {
    return Identifier.quote(name);
  }

  List<DrawnColumn> all() {
    return Stream.concat(key.stream(), columns.stream()).toList();
  }

  String ddl() {
    return "CREATE TABLE %s (%s, PRIMARY KEY (%s));"
        .formatted(
            quoted(),
            all().stream().map(DrawnColumn::ddl).collect(joining(", ")),
            key.stream().map(DrawnColumn::quoted).collect(joining(", ")));
  }
}
