// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes sure that an expression was read as Postgres reads it: Postgres explains the text as
 * written and the text that says what was read, parentheses around every part, and both must come
 * out alike. So a precedence that the parser holds otherwise is refused and never computed.
 *
 * <p>The tables are stood in for by rows of NULLs behind an OFFSET, which the planner does not look
 * through; so no right to read them is needed.
 */
final class ReadingCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReadingCheck() {}

  static void check(Connection connection, Select select, Map<String, Table> tables)
      throws SQLException {
    List<Node> roots =
        select
            .roots()
            .filter(root -> !(root instanceof Node.Constant || root instanceof Node.ColumnUse))
            .toList();
    if (roots.isEmpty()) {
      return;
    }
    String from = from(select, tables);
    List<String> written =
        outputs(connection, roots.stream().map(root -> "(" + root.sql() + ")"), from);
    List<String> read = outputs(connection, roots.stream().map(NodeText::of), from);
    for (int i = 0; i < roots.size() && written != null; i++) {
      if (read == null || !written.get(i).equals(read.get(i))) {
        Node root = roots.get(i);
        String as = read == null ? NodeText.of(root) : read.get(i);
        throw new RefusedException(
            root.place(),
            "'"
                + root.sql()
                + "' can be read in two ways: Postgres reads "
                + written.get(i)
                + ", Daybook "
                + as
                + ".",
            "Write parentheses around its parts.");
      }
    }
  }

  private static String from(Select select, Map<String, Table> tables) {
    return select.tables().stream()
        .map(
            table ->
                tables.get(table.written()).columns().stream()
                    .map(ReadingCheck::nothing)
                    .collect(
                        Collectors.joining(
                            ", ", "(SELECT ", " OFFSET 0) AS " + Identifier.quote(table.alias()))))
        .collect(Collectors.joining(", "));
  }

  private static String nothing(Column column) {
    String type = column.type().name().replace(" GENERATED ALWAYS", "");
    return "NULL::" + type + " AS " + Identifier.quote(column.name());
  }

  /** What Postgres makes of the expressions; null where it refuses or cannot compute them. */
  private static List<String> outputs(Connection connection, Stream<String> texts, String from)
      throws SQLException {
    String sql =
        "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT "
            + texts.collect(Collectors.joining(", "))
            + " FROM "
            + from;
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      JsonNode outputs = JSON.readTree(row.getString(1)).at("/0/Plan/Output");
      List<String> read = new ArrayList<>();
      outputs.forEach(each -> read.add(each.asText()));
      return read;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Postgres' plan is no JSON", e);
    } catch (SQLException e) {
      if (e.getSQLState() != null && e.getSQLState().matches("(22|42).*")) {
        return null;
      }
      throw e;
    }
  }
}
