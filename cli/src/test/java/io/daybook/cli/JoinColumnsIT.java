// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.cli.dev.stack.EmbeddedStack;
import io.daybook.cli.dev.stack.StackSettings;
import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.definition.Binder;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.sql.CatalogueReader;
import io.daybook.schemas.sql.DefinitionException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of a real table's indexes make a column one that a parent can be joined by. */
class JoinColumnsIT {
  private static final String DDL =
      """
      CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE visit (id int PRIMARY KEY, w text, seen date, ref text, number int);
      CREATE TABLE shop (
        id int PRIMARY KEY,
        plain text UNIQUE,
        late text UNIQUE DEFERRABLE INITIALLY DEFERRED,
        few text UNIQUE NULLS NOT DISTINCT,
        wide text,
        partial text,
        lowered text,
        paired text,
        blind text COLLATE blind UNIQUE,
        indexed text,
        broken text);
      CREATE UNIQUE INDEX ON shop (wide) INCLUDE (indexed);
      CREATE UNIQUE INDEX ON shop (partial) WHERE partial <> '';
      CREATE UNIQUE INDEX ON shop (lower(lowered));
      CREATE UNIQUE INDEX ON shop (paired, indexed);
      CREATE INDEX ON shop (indexed);
      CREATE UNIQUE INDEX broken ON shop (broken);
      CREATE UNIQUE INDEX ON shop (id);
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass;""";

  @TempDir Path folder;

  @Test
  void justWholeUniqueIndexesOverOneColumnCount() throws Exception {
    try (EmbeddedStack stack = EmbeddedStack.start(StackSettings.in(folder));
        Connection connection = stack.superuser().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(DDL);
      assertEquals(
          List.of("few", "late", "plain", "wide"),
          read(connection, "plain").tables().get("shop").unique());
      for (String column : List.of("plain", "late", "few", "wide")) {
        bind(connection, column);
      }
      for (String column : List.of("partial", "lowered", "paired", "indexed", "broken")) {
        DefinitionException refused =
            assertThrows(DefinitionException.class, () -> bind(connection, column));
        assertEquals(
            "r/f.sql:2:16: Not supported: a join on s."
                + column
                + ", which alone is neither the primary key of public.shop nor unique: a row could"
                + " have several parents.\n    JOIN shop s ON s."
                + column
                + " = v.ref GROUP BY 1, 2\n                   ^\n    Join by one of [id, few, late, plain, wide], or"
                + " make it unique first: CREATE UNIQUE INDEX ON \"public\".\"shop\" (\""
                + column
                + "\"); whole, neither partial nor over an expression.",
            refused.problems().get(0).toString());
      }
    }
  }

  private static void bind(Connection connection, String column) throws SQLException {
    Binder.bind(definition(column), read(connection, column), 1);
  }

  private static Catalogue read(Connection connection, String column) throws SQLException {
    return CatalogueReader.read(connection, definition(column).selects());
  }

  private static Definition definition(String column) {
    String sql =
        "SELECT v.w AS workspace_id, v.seen AS day, count(*) AS n FROM visit v\n"
            + "JOIN shop s ON s."
            + column
            + " = v.ref GROUP BY 1, 2";
    return Definition.parse("r", "r", Map.of("f", sql));
  }
}
