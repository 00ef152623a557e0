// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.selects;

import io.daybook.cli.selects.DrawnTable.Reference;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** One random SELECT: a fact, its parents, a WHERE, keys and measures. */
final class DrawnSelect {
  private static final List<Kind> SUMMED = List.of(Kind.INT2, Kind.INT4, Kind.INT8, Kind.NUMERIC);
  private static final List<Kind> SHARED =
      List.of(Kind.TEXT, Kind.INT4, Kind.INT8, Kind.NUMERIC, Kind.DATE, Kind.UUID, Kind.BOOLEAN);

  private final RandomGenerator random;
  private final Tally tally;
  private final List<Relation> relations = new ArrayList<>();
  private final StringBuilder from = new StringBuilder();
  private final DrawnExpression expressions;

  private DrawnSelect(DrawnTable fact, RandomGenerator random, Tally tally) {
    this.random = random;
    this.tally = tally;
    Relation root = new Relation(fact, random.nextInt(5) == 0 ? null : "f", 0);
    relations.add(root);
    from.append(root.written());
    join(root);
    this.expressions = new DrawnExpression(relations, random);
    tally.note("joins " + (relations.size() - 1));
    tally.note("depth " + relations.stream().mapToInt(Relation::depth).max().orElseThrow());
    if (relations.stream().filter(each -> each.depth() == 1).count() > 1) {
      tally.note("side by side");
    }
    if (fact.key().size() > 1) {
      tally.note("composite key");
    }
  }

  /** One SELECT, or two with the same keys: texts by the name of their fact. */
  static Map<String, String> rollup(DrawnSchema schema, RandomGenerator random, Tally tally) {
    Map<String, String> texts = new TreeMap<>();
    DrawnTable fact = schema.all().get(0);
    if (random.nextInt(6) > 0) {
      texts.put("one", new DrawnSelect(fact, random, tally).text("m", null));
      return texts;
    }
    tally.note("two facts");
    List<Kind> dimensions = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      dimensions.add(SHARED.get(random.nextInt(SHARED.size())));
    }
    DrawnTable other = schema.all().get(random.nextInt(schema.all().size()));
    texts.put("one", new DrawnSelect(fact, random, tally).text("m", dimensions));
    texts.put("two", new DrawnSelect(other, random, tally).text("n", dimensions));
    return texts;
  }

  private void join(Relation child) {
    for (Reference reference : child.table().references()) {
      if (relations.size() > 1 && random.nextInt(8) == 0) {
        continue; // a table that the SELECT leaves out
      }
      String alias = random.nextInt(5) == 0 ? null : "p" + relations.size();
      Relation parent = new Relation(reference.parent(), alias, child.depth() + 1);
      relations.add(parent);
      String kind = random.nextInt(5) < 2 ? "LEFT JOIN" : "JOIN";
      tally.note(kind);
      tally.note("key " + reference.parentColumn().type());
      if (!reference.parentColumn().unique().isEmpty()) {
        boolean above = !reference.parent().references().isEmpty();
        tally.note("by a unique column" + (above ? ", with parents of its own" : ""));
      }
      String one = child.column(reference.column());
      String other = parent.column(reference.parentColumn());
      from.append("\n%s %s ON ".formatted(kind, parent.written()))
          .append(random.nextBoolean() ? one + " = " + other : other + " = " + one);
      join(parent);
    }
  }

  /**
   * The statement.
   *
   * @param measure the start of its measures' names
   * @param dimensions kinds of its dimensions, or null for any
   */
  private String text(String measure, List<Kind> dimensions) {
    List<String> keys = new ArrayList<>();
    Relation ofWorkspace = pick(relations);
    Relation ofDay = pick(relations);
    tally.note("workspace of " + (ofWorkspace.depth() == 0 ? "the fact" : "a parent"));
    tally.note("day of " + (ofDay.depth() == 0 ? "the fact" : "a parent"));
    keys.add(expressions.workspace(ofWorkspace) + " AS workspace_id");
    keys.add(expressions.day(ofDay, tally) + " AS day");
    for (String dimension : dimensions == null ? dimensions() : dimensions(dimensions)) {
      keys.add(dimension + " AS \"D " + keys.size() + "\"");
    }
    tally.note("dimensions " + (keys.size() - 2));
    List<String> outputs = new ArrayList<>(keys);
    for (int i = 0, count = 1 + random.nextInt(3); i < count; i++) {
      outputs.add(aggregate() + filter() + " AS " + measure + i);
    }
    List<String> grouped = new ArrayList<>();
    for (int i = 1; i <= keys.size(); i++) {
      grouped.add(Integer.toString(i));
    }
    return "SELECT %s\nFROM %s%s\nGROUP BY %s"
        .formatted(String.join(",\n  ", outputs), from, where(), String.join(", ", grouped));
  }

  private List<String> dimensions() {
    List<String> drawn = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      drawn.add(expressions.of(pick(expressions.kinds())));
    }
    return drawn;
  }

  /** Of types that depend on no column's declaration. */
  private List<String> dimensions(List<Kind> kinds) {
    List<String> drawn = new ArrayList<>();
    for (Kind kind : kinds) {
      String expression = expressions.of(kind);
      drawn.add(
          (expression == null ? "NULL" : "(" + expression + ")") + "::" + SqlType.plain(kind));
    }
    return drawn;
  }

  private String aggregate() {
    List<Kind> sums = expressions.kinds().stream().filter(SUMMED::contains).toList();
    if (random.nextInt(5) < 3 && !sums.isEmpty()) {
      Kind kind = pick(sums);
      tally.note("sum of " + kind);
      return "sum(" + expressions.of(kind) + ")";
    }
    if (random.nextInt(3) == 0) {
      tally.note("count(x)");
      return "count(" + expressions.of(pick(expressions.kinds())) + ")";
    }
    tally.note("count(*)");
    return "count(*)";
  }

  private String filter() {
    if (random.nextInt(3) > 0) {
      return "";
    }
    tally.note("FILTER");
    return " FILTER (WHERE " + expressions.condition(2) + ")";
  }

  private String where() {
    if (random.nextInt(5) > 1) {
      return "";
    }
    tally.note("WHERE");
    return "\nWHERE " + expressions.condition(2);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
