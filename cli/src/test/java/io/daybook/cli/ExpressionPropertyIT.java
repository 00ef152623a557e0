// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.definition.Binder;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.expression.EvaluationException;
import io.daybook.schemas.expression.Expression;
import io.daybook.schemas.sql.CatalogueReader;
import io.daybook.schemas.sql.DefinitionException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random expressions on random rows give in Java what they give in Postgres, in value and type, and
 * all that is not refused is IMMUTABLE there. Another seed: {@code -Ddaybook.seed=N}; more: {@code
 * -Ddaybook.expressions=N}.
 */
class ExpressionPropertyIT {
  private static final int ROWS = 40;
  private static final int USES_MIN = 3;
  private static final String ERROR = "ERROR";

  /** feature_not_supported. */
  private static final String NOT_A_NUMBER_TO_INTEGER = "0A000";

  /** One statement a row, so that the error of one does not hide the others. */
  private static final String TRY =
      """
      CREATE FUNCTION try(expression text, row_id int) RETURNS text LANGUAGE plpgsql AS $$
      DECLARE result text;
      BEGIN
        EXECUTE format('SELECT (%s)::text FROM probe e WHERE id = $1', expression)
          INTO result USING row_id;
        RETURN result;
      EXCEPTION WHEN data_exception OR feature_not_supported THEN RETURN 'ERROR';
      END $$""";

  @TempDir Path folder;

  @Test
  void expressionsAreEvaluatedAsInPostgres() throws Exception {
    long seed = Long.getLong("daybook.seed", RandomGenerator.getDefault().nextInt(1_000_000));
    int expressions = Integer.getInteger("daybook.expressions", 2_500);
    System.out.println("ExpressionPropertyIT: -Ddaybook.seed=" + seed);
    RandomGenerator random = new java.util.SplittableRandom(seed);
    RandomExpression generator = new RandomExpression(random);
    long cases = 0;
    long nullOrError = 0;
    List<String> differences = new ArrayList<>();
    try (EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(folder));
        Connection connection = stack.superuser().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SET timezone = 'UTC'");
      statement.execute(ExpressionSample.DDL);
      statement.execute(ExpressionSample.rows(ROWS, random));
      statement.execute(TRY);
      statement.execute("CREATE TABLE e (LIKE probe)");
      for (int i = 0; i < expressions || (i < 2 * expressions && isShort(generator)); i++) {
        String text = generator.next();
        Bound bound = Bound.of(connection, text);
        if (bound != null && !text.contains("concat(")) {
          requireImmutable(connection, text);
        }
        List<String> expected = inPostgres(connection, text);
        List<String> actual =
            bound == null ? Collections.nCopies(ROWS, ERROR) : bound.evaluate(connection);
        for (int row = 0; row < ROWS; row++) {
          cases++;
          String wanted = expected.get(row);
          nullOrError += wanted == null || wanted.equals(ERROR) ? 1 : 0;
          if (!java.util.Objects.equals(wanted, actual.get(row))) {
            differences.add(
                "%s, row %d: Postgres %s, Java %s"
                    .formatted(text, row + 1, wanted, actual.get(row)));
          }
        }
        if (bound != null && bound.expression.type().kind() != bound.type.kind()) {
          differences.add(
              "%s: Postgres %s, Java %s".formatted(text, bound.type, bound.expression.type()));
        }
      }
    }
    System.out.printf(
        "ExpressionPropertyIT: seed %d, %d cases, %d NULL or error, uses %s%n",
        seed, cases, nullOrError, generator.used());
    assertEquals(List.of(), differences.stream().limit(20).toList(), "seed " + seed);
    assertTrue(nullOrError * 5 < cases, nullOrError + " of " + cases + " are NULL or error");
    generator
        .used()
        .forEach(
            (what, uses) -> assertTrue(uses >= USES_MIN, what + " was used " + uses + " times"));
  }

  /** Whether something was drawn too seldom by chance: then the draw goes on. */
  private static boolean isShort(RandomExpression generator) {
    return generator.used().values().stream().anyMatch(uses -> uses < USES_MIN);
  }

  /** An index may only be made of what Postgres calls IMMUTABLE. */
  private static void requireImmutable(Connection connection, String text) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE INDEX ON e ((" + text + "))");
    } catch (SQLException e) {
      if (!e.getSQLState().startsWith("22")) {
        throw new SQLException(text + ": " + e.getMessage(), e.getSQLState(), e);
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private static List<String> inPostgres(Connection connection, String text) throws SQLException {
    String all = "SELECT (" + text + ")::text FROM probe e ORDER BY id";
    String each = "SELECT try(?, id) FROM probe ORDER BY probe.id";
    try (PreparedStatement statement = connection.prepareStatement(all)) {
      return column(statement);
    } catch (SQLException e) {
      if (!e.getSQLState().startsWith("22") && !e.getSQLState().equals(NOT_A_NUMBER_TO_INTEGER)) {
        throw new SQLException(text + ": " + e.getMessage(), e.getSQLState(), e);
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(each)) {
      statement.setString(1, text);
      return column(statement);
    }
  }

  private static List<String> column(PreparedStatement statement) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        values.add(row.getString(1));
      }
    }
    return values;
  }

  /** An expression as a definition's dimension, with what Postgres says of its type. */
  private record Bound(Fact fact, Expression expression, SqlType type) {

    /** Null for an expression that is refused because it fails for every row. */
    static Bound of(Connection connection, String text) throws SQLException {
      String sql =
          "SELECT e.w AS workspace_id, e.day0 AS day, (%s) AS x, count(*) AS n FROM probe e"
                  .formatted(text)
              + " GROUP BY 1, 2, 3";
      try {
        Definition definition = Definition.parse("r", "r", Map.of("f", sql));
        Catalogue catalogue = CatalogueReader.read(connection, definition.selects());
        Rollup rollup = Binder.bind(definition, catalogue, 1);
        Fact fact = rollup.facts().get(0);
        SqlType type = catalogue.outputs().get("f").get("x");
        return new Bound(fact, fact.dimensions().get(0), type);
      } catch (DefinitionException e) {
        if (e.getMessage().contains("fails for every row")) {
          return null;
        }
        throw new IllegalStateException(text + ": " + e.getMessage(), e);
      }
    }

    List<String> evaluate(Connection connection) throws SQLException {
      List<Column> columns = fact.relations().get(0).table().columns();
      Map<String, SqlType> types = new LinkedHashMap<>();
      columns.forEach(column -> types.put(asCaptured(column), column.type()));
      String sql = "SELECT " + String.join(", ", types.keySet()) + " FROM probe ORDER BY probe.id";
      List<String> values = new ArrayList<>();
      try (PreparedStatement statement = connection.prepareStatement(sql);
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Object[] row = new Object[columns.size()];
          for (int i = 0; i < row.length; i++) {
            String text = rows.getString(i + 1);
            row[i] = text == null ? null : SqlText.parse(columns.get(i).type(), text);
          }
          values.add(evaluate(row));
        }
      }
      return values;
    }

    /** A cast to text would take the padding of char(n) away, which is captured. */
    private static String asCaptured(Column column) {
      String name = "\"" + column.name() + "\"";
      return column.type().kind() == SqlType.Kind.BPCHAR ? name : name + "::text";
    }

    private String evaluate(Object[] row) {
      try {
        Object value = expression.evaluate(new Object[][] {row});
        return value == null ? null : SqlText.format(expression.type(), value);
      } catch (EvaluationException e) {
        return ERROR;
      }
    }
  }
}
