// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.catalogue.Collations;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** By which columns a parent may be joined. */
class JoinTest {
  private static final Column ID = new Column("id", SqlType.INT8);
  private static final Column CODE = new Column("code", SqlType.INT4);
  private static final Column LABEL = new Column("label", SqlType.INT4);
  private static final Table VISIT =
      new Table(
          new TableName("public", "visit"),
          List.of(ID, new Column("shop_code", SqlType.INT8), new Column("seen", SqlType.DATE)),
          List.of("id"));

  private static Table shop(List<String> key, List<String> unique) {
    return new Table(new TableName("app", "Shop"), List.of(ID, CODE, LABEL), key, unique);
  }

  @Test
  void aParentIsJoinedByItsPrimaryKey() {
    Relation parent = parent("id", shop(List.of("id"), List.of()));
    assertEquals(true, parent.byPrimaryKey());
    assertEquals("id", parent.key());
  }

  @Test
  void aParentIsJoinedByAUniqueColumn() {
    Relation parent = parent("code", shop(List.of("id"), List.of("code")));
    assertEquals(false, parent.byPrimaryKey());
    assertEquals("code", parent.key());
  }

  @Test
  void aParentWithAKeyOfTwoColumnsIsJoinedByAUniqueColumn() {
    Relation parent = parent("code", shop(List.of("id", "label"), List.of("code")));
    assertEquals(false, parent.byPrimaryKey());
    assertEquals(List.of(ID, CODE, LABEL), parent.table().columns());
  }

  @Test
  void anotherColumnIsRefusedWithTheIndexThatWouldDo() {
    Problem problem = refused("label", shop(List.of("id"), List.of("code")));
    assertEquals("r/f.sql", problem.file());
    assertEquals(2, problem.place().line());
    assertEquals(22, problem.place().column());
    assertEquals(
        "Not supported: a join on s.label, which alone is neither the primary key of app.Shop nor"
            + " unique: a row could have several parents.",
        problem.message());
    assertEquals(
        "Join by one of [id, code], or make it unique first: CREATE UNIQUE INDEX ON"
            + " \"app\".\"Shop\" (\"label\"); whole, neither partial nor over an expression.",
        problem.remedy());
  }

  @Test
  void aPartOfAPrimaryKeyIsNoKey() {
    Problem problem = refused("id", shop(List.of("id", "label"), List.of()));
    assertEquals(
        "CREATE UNIQUE INDEX ON \"app\".\"Shop\" (\"id\"); whole, neither partial nor over an"
            + " expression.",
        problem.remedy());
  }

  private static Problem refused(String column, Table shop) {
    DefinitionException refused =
        assertThrows(DefinitionException.class, () -> parent(column, shop));
    return refused.problems().get(0);
  }

  private static Relation parent(String column, Table shop) {
    String sql =
        "SELECT v.shop_code AS workspace_id, v.seen AS day, count(*) AS n FROM visit v\n"
            + "JOIN app.\"Shop\" s ON s.%s = v.shop_code GROUP BY 1, 2".formatted(column);
    Definition definition = Definition.parse("r", "r", Map.of("f", sql));
    Map<String, SqlType> types = Map.of("v.shop_code", SqlType.INT8, "v.seen", SqlType.DATE);
    Map<String, SqlType> outputs =
        Map.of("workspace_id", SqlType.INT8, "day", SqlType.DATE, "n", SqlType.INT8);
    Catalogue catalogue =
        new Catalogue(
            List.of("public"),
            Map.of("visit", VISIT, "app.\"Shop\"", shop),
            Map.of("f", types),
            Map.of("f", outputs),
            new Collations(
                Map.of(), Map.of(Collations.DEFAULT, Collations.Behaviour.DETERMINISTIC)),
            Map.of());
    return Binder.bind(definition, catalogue, 1).facts().get(0).relations().get(1);
  }
}
