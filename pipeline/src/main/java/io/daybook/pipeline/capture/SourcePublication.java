// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The publication that the slot reads: exactly the captured tables, without column lists (one would
 * make the user's own ALTER TABLE fail). One that already serves is left as it is, so that the role
 * need not own it.
 */
final class SourcePublication {
  private final Connection connection;
  private final String name;

  SourcePublication(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /**
   * Creates it, or adds the tables that it lacks.
   *
   * @throws FatalCaptureException when that is for others to do, with the statements
   */
  void ensure(List<Table> tables) throws SQLException {
    List<SourceStep> steps = plan(tables);
    List<SourceStep> ofOthers = steps.stream().filter(step -> !step.ours()).toList();
    if (!ofOthers.isEmpty()) {
      throw new FatalCaptureException(
          "The source's user may not bring about the publication '"
              + name
              + "'. Let the following be run, then start again:\n"
              + ofOthers.stream()
                  .map(step -> "-- as " + step.runner() + "\n" + step.sql() + ";")
                  .collect(Collectors.joining("\n")));
    }
    for (SourceStep step : steps) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(step.sql());
      }
    }
  }

  /**
   * What must be done until it serves, in order; empty when it does.
   *
   * @throws FatalCaptureException when what is there is in the way
   */
  List<SourceStep> plan(List<Table> tables) throws SQLException {
    String unfit = unfit();
    if (unfit == null) {
      return creation(names(tables));
    }
    if (!unfit.isEmpty()) {
      throw new FatalCaptureException(
          "Publication '"
              + name
              + "' does not serve: "
              + unfit
              + ". Drop it, and capture creates it anew, or name another one");
    }
    Set<TableName> published = published();
    List<TableName> missing = new ArrayList<>(names(tables));
    missing.removeAll(published);
    return missing.isEmpty() ? List.of() : List.of(addition(missing));
  }

  private List<SourceStep> creation(List<TableName> tables) throws SQLException {
    Owners owners = owners(tables);
    List<SourceStep> steps = new ArrayList<>();
    if (!owners.mayCreate()) {
      steps.add(
          new SourceStep(
              "%s may create in the database %s".formatted(owners.creator(), owners.database()),
              "GRANT CREATE ON DATABASE %s TO %s"
                  .formatted(
                      Identifier.quote(owners.database()), Identifier.quote(owners.creator())),
              "the owner of the database (" + owners.databaseOwner() + ")",
              false));
    }
    steps.add(
        new SourceStep(
            "publication " + name,
            "CREATE PUBLICATION "
                + Identifier.quote(name)
                + " FOR TABLE "
                + list(tables)
                + " WITH (publish_via_partition_root = true)",
            ownerOfTables(owners.names()),
            owners.ours() && owners.mayCreate()));
    return steps;
  }

  private SourceStep addition(List<TableName> missing) throws SQLException {
    Owners owners = owners(missing);
    return new SourceStep(
        "publication " + name + " with " + list(missing),
        "ALTER PUBLICATION " + Identifier.quote(name) + " ADD TABLE " + list(missing),
        ownerOfTables(owners.names()),
        owners.ours() && isOwnPublication());
  }

  static String ownerOfTables(Set<String> names) {
    String all = String.join(", ", names);
    return names.size() == 1
        ? "the owner of the tables (" + all + ")"
        : "a member of all owners of the tables (" + all + ")";
  }

  /**
   * Who owns the tables.
   *
   * @param ours whether the connected user is all of them
   * @param creator who must have the right to create in the database
   */
  private record Owners(
      Set<String> names,
      boolean ours,
      String creator,
      boolean mayCreate,
      String database,
      String databaseOwner) {}

  private Owners owners(List<TableName> tables) throws SQLException {
    Set<String> names = new TreeSet<>();
    boolean ours = true;
    for (TableName table : tables) {
      try (PreparedStatement statement =
          connection.prepareStatement(
              "SELECT pg_get_userbyid(relowner), pg_has_role(relowner, 'USAGE') FROM pg_class"
                  + " WHERE oid = (SELECT c.oid FROM pg_class c JOIN pg_namespace n"
                  + " ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?)")) {
        statement.setString(1, table.schema());
        statement.setString(2, table.name());
        try (ResultSet row = statement.executeQuery()) {
          if (row.next()) {
            names.add(row.getString(1));
            ours &= row.getBoolean(2);
          }
        }
      }
    }
    String creator =
        ours || names.size() != 1
            ? connection.getMetaData().getUserName()
            : names.iterator().next();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT has_database_privilege(?, oid, 'CREATE'), datname, pg_get_userbyid(datdba)"
                + " FROM pg_database WHERE datname = current_database()")) {
      statement.setString(1, creator);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        boolean mayCreate = row.getBoolean(1) || !ours && names.size() != 1;
        return new Owners(names, ours, creator, mayCreate, row.getString(2), row.getString(3));
      }
    }
  }

  private boolean isOwnPublication() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_has_role(pubowner, 'USAGE') FROM pg_publication WHERE pubname = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** What is wrong with an existing one, empty if nothing is, null if there is none. */
  private String unfit() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate, pubviaroot,"
                + " EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid"
                + " AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL))"
                + " FROM pg_publication p WHERE pubname = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return null;
        }
        if (!row.getBoolean(1)) {
          return "it leaves out some of insert, update, delete and truncate";
        }
        if (!row.getBoolean(2)) {
          return "it does not publish via the partition root";
        }
        return row.getBoolean(3) ? "it has column lists or row filters" : "";
      }
    }
  }

  private Set<TableName> published() throws SQLException {
    Set<TableName> names = new HashSet<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = ?")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          names.add(new TableName(row.getString(1), row.getString(2)));
        }
      }
    }
    return names;
  }

  private static List<TableName> names(List<Table> tables) {
    return tables.stream().map(Table::name).toList();
  }

  private static String list(List<TableName> names) {
    return names.stream().map(TableName::quoted).collect(Collectors.joining(", "));
  }
}
