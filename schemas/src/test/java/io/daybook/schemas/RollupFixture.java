// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas;

import io.daybook.schemas.aggregate.Aggregate;
import io.daybook.schemas.aggregate.CountAggregate;
import io.daybook.schemas.aggregate.IntegerSum;
import io.daybook.schemas.aggregate.NumericSum;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Relation;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.expression.ColumnValue;
import java.util.List;

/** A rollup of one fact: who, on, kind, flag and amount of a table without joins. */
public final class RollupFixture {
  private static final Table TABLE =
      new Table(
          new TableName("public", "entry"),
          List.of(
              new Column("id", SqlType.INT8),
              new Column("who", SqlType.TEXT),
              new Column("on", SqlType.DATE),
              new Column("kind", SqlType.NUMERIC),
              new Column("flag", SqlType.BOOLEAN),
              new Column("amount", SqlType.INT4)),
          List.of("id"));

  private RollupFixture() {}

  /** Dimensions kind (numeric) and flag; measures entries, amounts, total and exact. */
  public static Rollup entries() {
    List<Measure> measures =
        List.of(
            measure("entries", SqlType.INT8, new CountAggregate(true), -1),
            measure("amounts", SqlType.INT8, new CountAggregate(false), 5),
            measure("total", SqlType.INT8, new IntegerSum(), 5),
            measure("exact", SqlType.NUMERIC, new NumericSum(), 3));
    Fact fact =
        new Fact(
            "entries",
            0,
            "SELECT",
            List.of(Relation.fact("e", TABLE)),
            null,
            column(1),
            column(2),
            List.of(column(3), column(4)),
            measures);
    List<Column> keys =
        List.of(
            new Column("workspace_id", SqlType.TEXT),
            new Column("day", SqlType.DATE),
            new Column("kind", SqlType.NUMERIC),
            new Column("flag", SqlType.BOOLEAN));
    return new Rollup(
        "entries_daily", 1, "0", keys, List.of(TABLE), List.of("public"), List.of(fact));
  }

  private static Measure measure(String name, SqlType type, Aggregate<?> aggregate, int column) {
    return new Measure(name, type, aggregate, column < 0 ? null : column(column), null);
  }

  private static ColumnValue column(int index) {
    return new ColumnValue(0, index, TABLE.columns().get(index).type());
  }
}
