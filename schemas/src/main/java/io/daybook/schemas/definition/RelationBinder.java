// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.catalogue.Collations;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.expression.ColumnValue;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.Problems;
import io.daybook.schemas.sql.RefusedException;
import io.daybook.schemas.sql.Select;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Binds the tables in FROM and what joins them. */
final class RelationBinder {
  /** Kinds whose JSON in a topic's key is the same bytes for the same value. */
  private static final Set<Kind> JOINABLE =
      Set.of(Kind.INT2, Kind.INT4, Kind.INT8, Kind.TEXT, Kind.UUID);

  private static final Set<Kind> UNREADABLE =
      Set.of(Kind.UNSUPPORTED, Kind.INTERVAL, Kind.ARRAY, Kind.JSONB);

  private final Select select;
  private final UsedColumns columns;
  private final FactBinder binder;

  RelationBinder(Select select, UsedColumns columns, FactBinder binder) {
    this.select = select;
    this.columns = columns;
    this.binder = binder;
  }

  /** The tables of FROM as relations; those that cannot be joined are left out. */
  List<Relation> bind(Problems problems) {
    List<Relation> relations = new ArrayList<>();
    for (int slot = 0; slot < select.tables().size(); slot++) {
      Select.FromTable from = select.tables().get(slot);
      int place = slot;
      problems.attempt(() -> relations.add(relation(from, place, relations)));
    }
    return relations;
  }

  private Relation relation(Select.FromTable from, int slot, List<Relation> relations) {
    Table table = binder.layout(slot);
    if (relations.stream().anyMatch(other -> other.table().name().equals(table.name()))) {
      throw new RefusedException(
          from.place(),
          "Not supported: the table " + table.name() + " twice in one FROM.",
          "Join each table once; a table joined with itself has no one row that changes.");
    }
    requireReadableKey(from, table);
    return from.on() == null ? Relation.fact(from.alias(), table) : parent(from, slot, table);
  }

  /** A row without its key could not be told from another one. */
  private static void requireReadableKey(Select.FromTable from, Table table) {
    for (String name : table.primaryKey()) {
      SqlType type = table.columns().get(table.indexOf(name)).type();
      if (UNREADABLE.contains(type.kind())) {
        throw new RefusedException(
            from.place(),
            "Not supported: the table "
                + table.name()
                + ", whose primary key has the column "
                + name
                + " of type "
                + type
                + ".",
            "Supported in keys are the integers, numeric, text, uuid, enums, dates and times.");
      }
    }
  }

  private Relation parent(Select.FromTable from, int slot, Table table) {
    Node.ColumnUse left = from.on().left();
    Node.ColumnUse right = from.on().right();
    boolean leftIsParent = columns.slotOf(left) == slot;
    Node.ColumnUse key = leftIsParent ? left : right;
    ColumnValue child = binder.column(leftIsParent ? right : left);
    if (columns.slotOf(key) != slot || child.slot() >= slot) {
      throw new RefusedException(
          from.on().place(),
          "The join must compare a column of " + from.alias() + " with one of a table before it.",
          "Write ON " + from.alias() + ".key = child.column.");
    }
    requireDeterministic(left);
    requireDeterministic(right);
    ColumnValue parent = binder.column(key);
    Relation relation =
        new Relation(
            slot, from.alias(), table, !from.left(), child.slot(), child.index(), parent.index());
    if (!relation.byPrimaryKey() && !table.unique().contains(key.name())) {
      throw isKey(leftIsParent ? right : left, binder.layout(child.slot()))
          ? upsideDown(key, table)
          : notUnique(key, table);
    }
    checkKeyTypes(from, parent.type(), child.type());
    return relation;
  }

  /** Rows meet by the bytes of their keys. */
  private void requireDeterministic(Node.ColumnUse key) {
    String collation = binder.collation(key);
    if (binder.behaviour(collation) == Collations.Behaviour.NONDETERMINISTIC) {
      throw new RefusedException(
          key.place(),
          "Not supported: a join on "
              + key.sql()
              + ", which has the nondeterministic collation "
              + collation
              + ".",
          "Under it different texts are equal; join on a key without it.");
    }
  }

  private static boolean isKey(Node.ColumnUse column, Table table) {
    return table.primaryKey().equals(List.of(column.name()))
        || table.unique().contains(column.name());
  }

  /** FROM begins with the parent, and the table that is joined is the child. */
  private static RefusedException upsideDown(Node.ColumnUse key, Table child) {
    return new RefusedException(
        key.place(),
        "Not supported: a join on "
            + key.sql()
            + ", a column of which several rows of "
            + child.name()
            + " may have the same value.",
        "Begin FROM with the child, " + child.name() + ": joins go to parents.");
  }

  private static RefusedException notUnique(Node.ColumnUse key, Table table) {
    List<String> known = new ArrayList<>(table.unique());
    if (table.primaryKey().size() == 1) {
      known.add(0, table.primaryKey().get(0));
    }
    String index =
        "CREATE UNIQUE INDEX ON %s (%s)"
            .formatted(table.name().quoted(), Identifier.quote(key.name()));
    return new RefusedException(
        key.place(),
        "Not supported: a join on "
            + key.sql()
            + ", which alone is neither the primary key of "
            + table.name()
            + " nor unique: a row could have several parents.",
        (known.isEmpty() ? "" : "Join by one of " + known + ", or make it unique first: ")
            + index
            + "; whole, neither partial nor over an expression.");
  }

  private static void checkKeyTypes(Select.FromTable from, SqlType parent, SqlType child) {
    boolean integers = parent.kind().isInteger() && child.kind().isInteger();
    if (!JOINABLE.contains(parent.kind()) || (parent.kind() != child.kind() && !integers)) {
      throw new RefusedException(
          from.on().place(),
          "Not supported: a join of " + parent + " with " + child + ".",
          "Supported keys are the integers, text, varchar and uuid, on both sides alike.");
    }
  }
}
