// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Random expressions over the columns of a FROM that fail for no row: a statement that fails has no
 * answer to compare with. What expressions mean is another test's business.
 */
final class DrawnExpression {
  private static final Set<Kind> ORDERED =
      Set.of(Kind.INT2, Kind.INT4, Kind.INT8, Kind.NUMERIC, Kind.DATE, Kind.TIMESTAMP, Kind.UUID);
  private static final Set<Kind> COMPARED =
      Set.of(Kind.INT4, Kind.INT8, Kind.NUMERIC, Kind.DATE, Kind.TEXT, Kind.ENUM, Kind.BOOLEAN);

  private final List<Relation> relations;
  private final RandomGenerator random;

  DrawnExpression(List<Relation> relations, RandomGenerator random) {
    this.relations = relations;
    this.random = random;
  }

  /** A column with the SQL that names it. */
  private record Named(DrawnColumn column, String sql) {}

  String condition(int depth) {
    if (depth > 0 && random.nextInt(3) == 0) {
      return switch (random.nextInt(5)) {
        case 0 -> "NOT " + condition(depth - 1);
        case 1 -> "(" + condition(depth - 1) + ") IS NOT TRUE";
        case 2 -> "(" + condition(depth - 1) + " AND " + condition(depth - 1) + ")";
        default -> "(" + condition(depth - 1) + " OR " + condition(depth - 1) + ")";
      };
    }
    Named one = pick(columns());
    Kind kind = one.column.type().kind;
    if (kind == Kind.BOOLEAN && random.nextBoolean()) {
      return random.nextBoolean() ? one.sql : one.sql + " IS UNKNOWN";
    }
    if (!COMPARED.contains(kind) || random.nextInt(6) == 0) {
      return one.sql + (random.nextInt(4) == 0 ? " IS NULL" : " IS NOT NULL");
    }
    return comparison(one, kind);
  }

  private String comparison(Named one, Kind kind) {
    String other = literal(one.column);
    switch (random.nextInt(ORDERED.contains(kind) ? 5 : 4)) {
      case 0:
        return "%s %sIN (%s, %s)".formatted(one.sql, not(), other, literal(one.column));
      case 1:
        return "%s IS %sDISTINCT FROM %s".formatted(one.sql, not(), other);
      case 2:
        return kind == Kind.TEXT
            ? one.sql + " " + not() + "LIKE " + pick(List.of("'a%'", "'%'", "'_'", "'%b%'"))
            : one.sql + " <> " + other;
      case 3:
        Named same = pick(columns(kind));
        return kind == Kind.ENUM || kind == Kind.BOOLEAN || random.nextBoolean()
            ? one.sql + " <> " + other
            : "coalesce(%s = %s, true)".formatted(one.sql, same.sql);
      default:
        return random.nextBoolean()
            ? one.sql + " " + pick(List.of("<", "<=", ">", ">=")) + " " + other
            : "%s %sBETWEEN SYMMETRIC %s AND %s"
                .formatted(one.sql, not(), other, literal(one.column));
    }
  }

  /** An expression of just this kind; null where no column has it. */
  String of(Kind kind) {
    List<Named> columns = columns(kind);
    if (columns.isEmpty()) {
      return null;
    }
    Named one = pick(columns);
    return switch (random.nextInt(8)) {
      case 0 -> "coalesce(%s, %s)".formatted(one.sql, pick(columns).sql);
      case 1 ->
          "CASE WHEN %s THEN %s ELSE %s END".formatted(condition(1), one.sql, pick(columns).sql);
      case 2 -> "nullif(%s, %s)".formatted(one.sql, literal(one.column));
      case 3 -> derived(kind, one);
      default -> one.sql;
    };
  }

  private String derived(Kind kind, Named one) {
    return switch (kind) {
      case INT2 -> "abs(%s)".formatted(one.sql);
      case INT4, INT8 -> "(%s %s 2)".formatted(one.sql, pick(List.of("+", "-", "*", "/", "%")));
      case NUMERIC ->
          pick(List.of("round(%s, 1)", "(%s * 2)", "(%s + 0.001)", "floor(%s)")).formatted(one.sql);
      case TEXT ->
          pick(List.of("left(%s, 1)", "(%s || '-')", "replace(%s, 'a', 'b')", "btrim(%s)"))
              .formatted(one.sql);
      case DATE -> "(%s + 1)".formatted(one.sql);
      case TIMESTAMP -> "date_trunc('%s', %s)".formatted(pick(List.of("hour", "month")), one.sql);
      default -> one.sql;
    };
  }

  /** A date, from a date or a timestamp of this relation. */
  String day(Relation relation, Tally tally) {
    DrawnColumn column =
        pick(
            relation.table().all().stream()
                .filter(each -> Set.of(Kind.DATE, Kind.TIMESTAMP).contains(each.type().kind))
                .toList());
    boolean date = column.type().kind == Kind.DATE;
    tally.note(date ? "day of a date" : "day of a timestamp");
    String plain = relation.column(column) + (date ? "" : "::date");
    return switch (random.nextInt(6)) {
      case 0 -> "coalesce(%s, '2024-02-29'::date)".formatted(plain);
      case 1 ->
          date
              ? plain + " - 1"
              : "date_trunc('month', %s)::date".formatted(relation.column(column));
      default -> plain;
    };
  }

  /** What casts to text: a text, a uuid or a number of this relation. */
  String workspace(Relation relation) {
    List<DrawnColumn> columns =
        relation.table().all().stream()
            .filter(
                each ->
                    Set.of(Kind.TEXT, Kind.UUID, Kind.INT4, Kind.ENUM).contains(each.type().kind))
            .toList();
    DrawnColumn column = pick(columns);
    String plain = relation.column(column);
    return column.type().kind == Kind.TEXT && random.nextInt(4) == 0
        ? "coalesce(%s, %s)".formatted(plain, pick(columns(Kind.TEXT)).sql)
        : plain;
  }

  /** The kinds that some column has. */
  List<Kind> kinds() {
    return columns().stream().map(each -> each.column.type().kind).distinct().sorted().toList();
  }

  private List<Named> columns(Kind kind) {
    return columns().stream().filter(each -> each.column.type().kind == kind).toList();
  }

  private List<Named> columns() {
    List<Named> columns = new ArrayList<>();
    for (Relation relation : relations) {
      for (DrawnColumn column : relation.table().all()) {
        if (column.type() == ColumnType.CHAR) {
          continue; // of no supported type: it just stands there
        }
        columns.add(new Named(column, written(relation, column)));
      }
    }
    return columns;
  }

  /** Without its table now and then, where no other has such a column. */
  private String written(Relation relation, DrawnColumn column) {
    boolean only =
        relations.stream()
                .flatMap(each -> each.table().all().stream())
                .filter(each -> each.name().equals(column.name()))
                .count()
            == 1;
    return only && random.nextInt(4) == 0 ? column.quoted() : relation.column(column);
  }

  private String literal(DrawnColumn column) {
    String text = pick(column.values());
    return switch (column.type().kind) {
      case BOOLEAN -> text;
      case INT4 -> text.startsWith("-") ? "(" + text + ")" : text;
      case ENUM -> io.daybook.schemas.catalogue.Identifier.literal(text);
      case TIMESTAMPTZ -> "NULL";
      default ->
          io.daybook.schemas.catalogue.Identifier.literal(text)
              + "::"
              + SqlType.plain(column.type().kind);
    };
  }

  private String not() {
    return random.nextInt(3) == 0 ? "" : "NOT ";
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
