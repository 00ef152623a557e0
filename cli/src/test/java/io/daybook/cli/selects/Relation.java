// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.schemas.catalogue.Identifier;

/**
 * A table in a random FROM.
 *
 * @param alias unquoted; null where the table is named by its own name
 * @param depth how many joins away from the fact it is
 */
record Relation(DrawnTable table, String alias, int depth) {

  String written() {
    return alias == null ? table.quoted() : table.quoted() + " " + Identifier.quote(alias);
  }

  String column(DrawnColumn column) {
    return (alias == null ? table.quoted() : Identifier.quote(alias)) + "." + column.quoted();
  }
}
