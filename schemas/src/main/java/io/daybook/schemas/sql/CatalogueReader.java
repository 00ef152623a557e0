// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Asks Postgres about SELECTs without running them: the statement is prepared and described, which
 * checks it whole and names every type. No right to read the tables is needed for that.
 */
public final class CatalogueReader {
  private final Connection connection;
  private final TableReader tableReader;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, SqlType> typesByName = new LinkedHashMap<>();

  private CatalogueReader(Connection connection) {
    this.connection = connection;
    this.tableReader = new TableReader(connection);
  }

  /**
   * Describes the SELECTs of one rollup.
   *
   * @throws DefinitionException with everything that Postgres refuses
   * @throws SQLException when Postgres cannot be asked
   */
  public static Catalogue read(Connection connection, List<Select> selects) throws SQLException {
    return new CatalogueReader(connection).read(selects);
  }

  private Catalogue read(List<Select> selects) throws SQLException {
    Map<String, Table> tables = new LinkedHashMap<>();
    Map<String, Map<String, SqlType>> expressions = new LinkedHashMap<>();
    Map<String, Map<String, SqlType>> outputs = new LinkedHashMap<>();
    for (Select select : selects) {
      try {
        outputs.put(select.fact(), outputs(select));
        expressions.put(select.fact(), expressions(select));
        for (Select.FromTable from : select.tables()) {
          tables.put(from.written(), tableReader.read(from));
        }
      } catch (RefusedException e) {
        problems.add(e.in(select.file()));
      }
    }
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems);
    }
    return new Catalogue(searchPath(), tables, expressions, outputs);
  }

  private Map<String, SqlType> outputs(Select select) throws SQLException {
    Map<String, SqlType> types = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(select.sql())) {
      ResultSetMetaData columns = statement.getMetaData();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        types.put(columns.getColumnLabel(i), type(columns.getColumnTypeName(i)));
      }
    } catch (PSQLException e) {
      throw refusedByPostgres(select, e);
    }
    return types;
  }

  private Map<String, SqlType> expressions(Select select) throws SQLException {
    List<String> texts =
        select
            .nodes()
            .filter(node -> !(node instanceof Node.Constant))
            .map(Node::sql)
            .distinct()
            .toList();
    Map<String, SqlType> types = new LinkedHashMap<>();
    if (texts.isEmpty()) {
      return types;
    }
    String list = texts.stream().map(text -> "(" + text + ")").collect(Collectors.joining(", "));
    String sql = "SELECT " + list + " FROM " + select.from();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      ResultSetMetaData columns = statement.getMetaData();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        types.put(texts.get(i - 1), type(columns.getColumnTypeName(i)));
      }
    }
    return types;
  }

  private SqlType type(String name) throws SQLException {
    SqlType known = typesByName.get(name);
    if (known == null) {
      known = tableReader.type(name);
      typesByName.put(name, known);
    }
    return known;
  }

  private List<String> searchPath() throws SQLException {
    List<String> schemas = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT unnest(current_schemas(false))");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        schemas.add(rows.getString(1));
      }
    }
    return schemas;
  }

  private static RefusedException refusedByPostgres(Select select, PSQLException e)
      throws PSQLException {
    ServerErrorMessage error = e.getServerErrorMessage();
    boolean aboutTheStatement =
        error != null && error.getSQLState() != null && error.getSQLState().startsWith("42");
    if (!aboutTheStatement) {
      throw e;
    }
    String hint = error.getHint() == null ? "" : error.getHint();
    return new RefusedException(
        Place.at(select.sql(), error.getPosition() - 1),
        "Postgres says: " + error.getMessage(),
        hint);
  }
}
