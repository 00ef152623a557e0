// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.catalogue.Table;

/**
 * A table in a FROM clause: the fact itself, or a parent joined on its primary key.
 *
 * @param slot its place in the joined row; the fact has slot 0
 * @param alias as the SELECT names it
 * @param table the columns here are the layout of its row
 * @param required false for a LEFT JOIN
 * @param childSlot slot of the relation that holds the foreign key; -1 for the fact
 * @param childColumn index of the foreign key in that relation's row; -1 for the fact
 */
public record Relation(
    int slot, String alias, Table table, boolean required, int childSlot, int childColumn) {}
