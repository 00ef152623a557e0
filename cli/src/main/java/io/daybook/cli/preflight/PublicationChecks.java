// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.schemas.catalogue.Identifier;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether the publication serves, or may be made to serve by our role. */
final class PublicationChecks {
  private static final String PUBLICATION =
      """
      SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate, pubviaroot,
             pg_get_userbyid(pubowner), pg_has_role(pubowner, 'USAGE')
      FROM pg_publication WHERE pubname = ?""";

  /** Of all its tables: others' may become ours with a later definition. */
  private static final String NARROWED =
      """
      SELECT r.prrelid::regclass::text
      FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
      WHERE p.pubname = ? AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL) ORDER BY 1""";

  private static final String PUBLISHED =
      "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = ?";

  private static final String OWNED = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class";
  private static final String OID = " WHERE oid = to_regclass(?)";

  private final PostgresSession session;
  private final String name;
  private final String quoted;
  private final Findings findings;

  PublicationChecks(PostgresSession session, String name, Findings findings) {
    this.session = session;
    this.name = name;
    this.quoted = Identifier.quote(name);
    this.findings = findings;
  }

  private record Publication(boolean allOperations, boolean viaRoot, String owner, boolean ours) {}

  void run(List<Table> tables) {
    findings.look(what(), () -> check(tables.stream().map(Table::name).toList()));
  }

  private String what() {
    return "publication " + name;
  }

  private void check(List<TableName> tables) throws SQLException {
    int before = findings.checks().size();
    Optional<Publication> publication =
        session
            .list(
                PUBLICATION,
                row ->
                    new Publication(
                        row.getBoolean(1), row.getBoolean(2), row.getString(3), row.getBoolean(4)),
                name)
            .stream()
            .findFirst();
    List<TableName> published =
        session.list(PUBLISHED, row -> new TableName(row.getString(1), row.getString(2)), name);
    partitions(tables, published);
    if (publication.isEmpty()) {
      creatable(tables);
    } else {
      serves(publication.get());
      complete(publication.get(), tables, published);
    }
    if (findings.checks().size() == before) {
      findings.ok(
          what(), publication.isEmpty() ? "capture may create it" : "it holds what is captured");
    }
  }

  private void creatable(List<TableName> tables) throws SQLException {
    List<TableName> others = notOwned(tables);
    if (!others.isEmpty()) {
      findings.blocks(
          what(),
          "it does not exist, and only the owner of " + shown(others) + " can create it",
          "CREATE PUBLICATION %s FOR TABLE %s WITH (publish_via_partition_root = true); -- as owner"
              .formatted(quoted, list(tables)));
    } else if (!session.truth("SELECT has_database_privilege(current_database(), 'CREATE')")) {
      findings.blocks(
          what(),
          "it does not exist, and our role may not create anything in the database",
          "GRANT CREATE ON DATABASE %s TO %s; -- as the database's owner"
              .formatted(
                  Identifier.quote(session.text("SELECT current_database()")),
                  Identifier.quote(session.text("SELECT current_user"))));
    }
  }

  private void serves(Publication publication) throws SQLException {
    String owner = " -- as its owner, " + publication.owner();
    if (!publication.allOperations()) {
      findings.blocks(
          what(),
          "it leaves out some of insert, update, delete and truncate",
          "ALTER PUBLICATION %s SET (publish = 'insert, update, delete, truncate');%s"
              .formatted(quoted, owner));
    }
    if (!publication.viaRoot()) {
      findings.blocks(
          what(),
          "changes of partitions come under the partitions' own names",
          "ALTER PUBLICATION %s SET (publish_via_partition_root = true);%s"
              .formatted(quoted, owner));
    }
    for (String table : session.texts(NARROWED, name)) {
      findings.blocks(
          what(),
          "a column list or row filter hides some of " + table,
          "ALTER PUBLICATION %1$s DROP TABLE %2$s;%3$s%nALTER PUBLICATION %1$s ADD TABLE %2$s;"
              .formatted(quoted, table, owner));
    }
  }

  private void complete(Publication publication, List<TableName> tables, List<TableName> published)
      throws SQLException {
    List<TableName> lacking = tables.stream().filter(each -> !published.contains(each)).toList();
    if (lacking.isEmpty() || publication.ours() && notOwned(lacking).isEmpty()) {
      return;
    }
    findings.blocks(
        what(),
        "it lacks " + shown(lacking) + ", and our role does not own both",
        "ALTER PUBLICATION %s ADD TABLE %s; -- as %s, who must own the tables too"
            .formatted(quoted, list(lacking), publication.owner()));
  }

  /** Rows of a partition come under its partitioned table once that is published as well. */
  private void partitions(List<TableName> tables, List<TableName> published) throws SQLException {
    for (TableName table : tables) {
      List<TableName> above =
          session.list(
              """
              SELECT n.nspname, c.relname
              FROM pg_partition_ancestors(to_regclass(?)) a
              JOIN pg_class c ON c.oid = a.relid JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE a.relid <> to_regclass(?)""",
              row -> new TableName(row.getString(1), row.getString(2)),
              table.quoted(),
              table.quoted());
      for (TableName root : above) {
        if (tables.contains(root) || published.contains(root)) {
          findings.blocks(
              what(),
              "changes of " + table + " come under " + root + ", of which it is a partition",
              "-- name " + root + " in the SELECT, or do not publish it");
        }
      }
    }
  }

  private List<TableName> notOwned(List<TableName> tables) throws SQLException {
    List<TableName> others = new ArrayList<>();
    for (TableName table : tables) {
      List<Boolean> owned = session.list(OWNED + OID, row -> row.getBoolean(1), table.quoted());
      if (owned.contains(false)) {
        others.add(table);
      }
    }
    return others;
  }

  private static String shown(List<TableName> tables) {
    return tables.stream().map(TableName::toString).collect(Collectors.joining(", "));
  }

  private static String list(List<TableName> tables) {
    return tables.stream().map(TableName::quoted).collect(Collectors.joining(", "));
  }
}
