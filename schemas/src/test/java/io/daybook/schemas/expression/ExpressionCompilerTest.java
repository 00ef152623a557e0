// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.catalogue.Collations;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.catalogue.ZoneOffsets;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import io.daybook.schemas.sql.SelectReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions as Postgres evaluates them; t, f and - stand for true, false and NULL. */
class ExpressionCompilerTest {
  private static final List<SqlType> TYPES =
      List.of(
          SqlType.BOOLEAN,
          SqlType.BOOLEAN,
          SqlType.INT4,
          SqlType.NUMERIC,
          SqlType.TEXT,
          new SqlType(Kind.UUID, "uuid"),
          new SqlType(Kind.TIMESTAMPTZ, "timestamp with time zone"),
          new SqlType(Kind.TIMESTAMP, "timestamp without time zone"),
          SqlType.DATE);
  private static final List<String> NAMES = List.of("p", "q", "i", "x", "s", "u", "z", "ts", "d");

  @ParameterizedTest
  @CsvSource({
    "t,t, t,t,f",
    "t,f, f,t,f",
    "t,-, -,t,f",
    "f,t, f,t,t",
    "f,f, f,f,t",
    "f,-, f,-,t",
    "-,t, -,t,-",
    "-,f, f,-,-",
    "-,-, -,-,-"
  })
  void andOrAndNotHaveThreeValues(String p, String q, String and, String or, String not) {
    assertEquals(and, evaluate("e.p AND e.q", p, q));
    assertEquals(or, evaluate("e.p OR e.q", p, q));
    assertEquals(not, evaluate("NOT e.p", p, q));
    assertEquals(and, evaluate("NOT (NOT e.p OR NOT e.q)", p, q));
  }

  @ParameterizedTest
  @CsvSource({
    "e.p IS TRUE,t,f,f",
    "e.p IS NOT TRUE,f,t,t",
    "e.p IS FALSE,f,t,f",
    "e.p IS NOT FALSE,t,f,t",
    "e.p IS UNKNOWN,f,f,t",
    "e.p IS NOT UNKNOWN,t,t,f",
    "e.p IS NULL,f,f,t",
    "e.p IS NOT NULL,t,t,f",
    "e.p IS DISTINCT FROM true,f,t,t",
    "e.p IS NOT DISTINCT FROM NULL,f,f,t",
    "e.p = e.p,t,t,-",
    "e.p <> NULL,-,-,-"
  })
  void testsOfABoolean(String test, String ofTrue, String ofFalse, String ofNull) {
    assertEquals(ofTrue, evaluate(test, "t"));
    assertEquals(ofFalse, evaluate(test, "f"));
    assertEquals(ofNull, evaluate(test, "-"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "e.i = 5|t|f|-",
        "e.i <> 5|f|t|-",
        "e.i != 5|f|t|-",
        "e.i < 5.5|t|f|-",
        "e.i >= '5'|t|t|-",
        "e.i IN (1, 5)|t|f|-",
        "e.i IN (1, NULL)|-|-|-",
        "e.i IN (5, NULL)|t|-|-",
        "e.i NOT IN (1, 5)|f|t|-",
        "e.i NOT IN (5, NULL)|f|-|-",
        "e.i BETWEEN 1 AND 5|t|f|-",
        "e.i NOT BETWEEN 1 AND 5|f|t|-",
        "e.i BETWEEN NULL AND 5|-|f|-",
        "e.i IS DISTINCT FROM 5|f|t|t",
        "CASE WHEN e.i = 5 THEN true END|t|-|-",
        "CASE e.i WHEN 5 THEN false ELSE true END|f|t|t",
        "coalesce(e.i, 5) = 5|t|f|t",
        "nullif(e.i, 5) IS NULL|t|f|t",
        "e.i + 1 = 6|t|f|-",
        "e.i * 2 - 1 = 9|t|f|-",
        "- e.i = -5|t|f|-"
      })
  void conditionsOnAnInteger(String condition, String of5, String of7, String ofNull) {
    assertEquals(of5, evaluate(condition, "-", "-", "5"));
    assertEquals(of7, evaluate(condition, "-", "-", "7"));
    assertEquals(ofNull, evaluate(condition, "-", "-", "-"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "e.x = 1.50|t|f",
        "e.x > 1000|f|t",
        "e.x >= 'NaN'|f|t",
        "e.x = e.x|t|t",
        "e.x < 'Infinity'|t|f"
      })
  void numericComparesByValueAndNanIsLargest(String condition, String of1_5, String ofNan) {
    assertEquals(of1_5, evaluate(condition, "-", "-", "-", "1.5"));
    assertEquals(ofNan, evaluate(condition, "-", "-", "-", "NaN"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "e.s = 'it''s'|t",
        "e.s <> 'It''s'|t",
        "e.s IN ('a', 'it''s')|t",
        "e.u = '00000000-0000-0000-0000-00000000000a'|t",
        "e.z = '2026-01-31 10:00:00+00'|t",
        "e.z > '2026-01-31T10:00:00+01:00'|t",
        "e.ts = '2026-01-31 10:00'|t",
        "e.ts > '2026-01-31'|t",
        "e.ts < 'infinity'|t",
        "e.d = '2026-01-31'|t",
        "e.d < e.ts|t",
        "e.d > '-infinity'|t"
      })
  void constantsTakeTheTypeTheyMeet(String condition, String expected) {
    assertEquals(
        expected,
        evaluate(
            condition,
            "-",
            "-",
            "-",
            "-",
            "it's",
            "00000000-0000-0000-0000-00000000000a",
            "2026-01-31 10:00:00+00",
            "2026-01-31 10:00:00",
            "2026-01-31"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "e.i = 'five'",
        "e.p = 'maybe'",
        "e.d = 'today'",
        "e.z > '2026-01-31'",
        "e.z > '2026-01-31 10:00:00'",
        "e.ts > '2026-01-31 10:00:00+02'",
        "e.u = '00000000-0000-0000-0000-00000000000A'",
        "e.u = '{00000000-0000-0000-0000-00000000000a}'",
        "e.s > 'a'",
        "e.z = e.ts",
        "e.s = e.i",
        "e.d = e.z"
      })
  void whatDependsOnTheSessionOrCannotBeReadIsRefused(String condition) {
    assertThrows(RefusedException.class, () -> compile(condition));
  }

  @Test
  void anOverflowIsAnErrorAndUnknownIsNot() {
    EvaluationException error =
        assertThrows(
            EvaluationException.class, () -> evaluate("e.i + 1 > 0", "-", "-", "2147483647"));
    assertTrue(error.getMessage().equals("integer out of range"));
    assertEquals("-", evaluate("e.i + 1 > 0", "-", "-", "-"));
  }

  @Test
  void theDecisiveSideSparesTheOther() {
    assertEquals("f", evaluate("e.p AND e.i + 1 > 0", "f", "-", "2147483647"));
    assertEquals("t", evaluate("e.p OR e.i + 1 > 0", "t", "-", "2147483647"));
  }

  private static String evaluate(String condition, String... values) {
    Object[] row = new Object[TYPES.size()];
    for (int i = 0; i < values.length; i++) {
      row[i] = values[i].equals("-") ? null : SqlText.parse(TYPES.get(i), values[i]);
    }
    Object result = compile(condition).evaluate(new Object[][] {row});
    return result == null ? "-" : (Boolean) result ? "t" : "f";
  }

  private static Expression compile(String condition) {
    String sql =
        "SELECT e.s AS workspace_id, e.d AS day, count(*) FILTER (WHERE %s) AS n FROM e GROUP BY 1, 2";
    Node node =
        SelectReader.read("f", "f.sql", sql.formatted(condition)).aggregates().get(0).filter();
    return new ExpressionCompiler(new OneTable()).condition(node);
  }

  /** Stands in for what Postgres says: every operator here works on the integer, or is boolean. */
  private static final class OneTable implements Scope {
    @Override
    public ColumnValue column(Node.ColumnUse use) {
      int index = NAMES.indexOf(use.name());
      return new ColumnValue(0, index, TYPES.get(index));
    }

    @Override
    public SqlType typeOf(Node node) {
      if (node instanceof Node.ColumnUse use) {
        return column(use).type();
      }
      return node instanceof Node.Case ? SqlType.BOOLEAN : SqlType.INT4;
    }

    @Override
    public String collation(Node.ColumnUse use) {
      return Collations.DEFAULT;
    }

    @Override
    public Collations.Behaviour behaviour(String collation) {
      return Collations.Behaviour.DETERMINISTIC;
    }

    @Override
    public ZoneOffsets zone(String name) {
      return new ZoneOffsets(new long[0], new int[] {0});
    }
  }
}
