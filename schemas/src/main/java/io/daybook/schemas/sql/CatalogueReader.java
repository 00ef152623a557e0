// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Collations;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.ZoneOffsets;
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
  /**
   * Syntax or access rule, a constant that its type does not have, something Postgres cannot do.
   */
  private static final String ABOUT_THE_STATEMENT = "(42|22|0A).*";

  private static final String OWN_FUNCTION =
      """
      SELECT p.oid::regprocedure::text FROM pg_proc p
      WHERE p.proname = ? AND p.pronamespace <> 'pg_catalog'::regnamespace
        AND pg_function_is_visible(p.oid) LIMIT 1""";

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
    try {
      return new CatalogueReader(connection).read(selects);
    } catch (CannotAsk e) {
      throw (SQLException) e.getCause();
    }
  }

  private Catalogue read(List<Select> selects) throws SQLException {
    Map<String, Table> tables = new LinkedHashMap<>();
    Map<String, Map<String, SqlType>> expressions = new LinkedHashMap<>();
    Map<String, Map<String, SqlType>> outputs = new LinkedHashMap<>();
    Map<String, ZoneOffsets> zones = new LinkedHashMap<>();
    for (Select select : selects) {
      if (isWhole(select)) {
        attempt(select, () -> outputs.put(select.fact(), outputs(select)));
      }
      for (Select.FromTable from : select.tables()) {
        attempt(select, () -> tables.put(from.written(), tableReader.read(from)));
      }
      if (outputs.containsKey(select.fact())) {
        attempt(select, () -> expressions.put(select.fact(), expressions(select)));
        attempt(select, () -> refuseOwnFunctions(select));
        select.nodes().forEach(node -> attempt(select, () -> readZone(node, zones)));
      }
      if (problems.isEmpty()) {
        attempt(select, () -> ReadingCheck.check(connection, select, tables));
      }
    }
    if (!problems.isEmpty()) {
      throw new DefinitionException(problems);
    }
    Collations collations = CollationReader.read(connection, tables.keySet());
    return new Catalogue(searchPath(), tables, expressions, outputs, collations, zones);
  }

  /** Where a table is missing, Postgres would only say so again. */
  private boolean isWhole(Select select) throws SQLException {
    for (Select.FromTable from : select.tables()) {
      if (tableReader.isMissing(from)) {
        return false;
      }
    }
    return true;
  }

  private interface Step {
    void run() throws SQLException;
  }

  private void attempt(Select select, Step step) {
    try {
      step.run();
    } catch (RefusedException e) {
      problems.add(e.in(select.file(), select.sql()));
    } catch (SQLException e) {
      throw new CannotAsk(e);
    }
  }

  /** Carries a failure of the connection out of a stream. */
  private static final class CannotAsk extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private CannotAsk(SQLException cause) {
      super(cause);
    }
  }

  /** Functions are known by name: one of the user's own with a name of ours would do anything. */
  private void refuseOwnFunctions(Select select) throws SQLException {
    for (Node node : select.nodes().filter(Node.Call.class::isInstance).toList()) {
      try (PreparedStatement statement = connection.prepareStatement(OWN_FUNCTION)) {
        statement.setString(1, ((Node.Call) node).function());
        try (ResultSet row = statement.executeQuery()) {
          if (row.next()) {
            throw new RefusedException(
                node.place(),
                "Not supported: '" + node.sql() + "', which may mean " + row.getString(1) + ".",
                "Only Postgres' own functions are known; rename that one, or take its schema off"
                    + " the search_path.");
          }
        }
      }
    }
  }

  private void readZone(Node node, Map<String, ZoneOffsets> zones) throws SQLException {
    boolean named =
        node instanceof Node.Call call
            && call.function().equals("timezone")
            && call.arguments().get(0) instanceof Node.Constant zone
            && zone.kind() == Node.Constant.Kind.STRING;
    if (!named) {
      return;
    }
    String name = ((Node.Constant) ((Node.Call) node).arguments().get(0)).text();
    if (!zones.containsKey(name)) {
      ZoneOffsets offsets = ZoneReader.read(connection, name);
      if (offsets == null) {
        throw new RefusedException(
            node.place(),
            "Not supported: the time zone '" + name + "'.",
            "Name a zone of pg_timezone_names by its region, such as 'Europe/Berlin', or 'UTC':"
                + " abbreviations and offsets mean what a setting of the server says.");
      }
      zones.put(name, offsets);
    }
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
        error != null
            && error.getSQLState() != null
            && error.getSQLState().matches(ABOUT_THE_STATEMENT);
    if (!aboutTheStatement) {
      throw e;
    }
    String hint =
        error.getHint() == null
            ? "Run the statement in psql: it must run there as it stands."
            : error.getHint();
    return new RefusedException(
        Place.at(select.sql(), error.getPosition() - 1),
        "Postgres says: " + error.getMessage(),
        hint);
  }
}
