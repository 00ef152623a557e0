// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.sql.CatalogueReader;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.schemas.sql.Problem;
import io.daybook.schemas.sql.Select;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Asks Postgres about a definition and makes sure that it can be bound. */
public final class Description {
  private Description() {}

  /**
   * What Postgres says about the definition's SELECTs.
   *
   * @throws DefinitionException with every problem of every SELECT
   * @throws SQLException when Postgres cannot be asked
   */
  public static Catalogue of(Connection connection, Definition definition) throws SQLException {
    Catalogue catalogue;
    try {
      catalogue = CatalogueReader.read(connection, definition.selects());
    } catch (DefinitionException e) {
      throw new DefinitionException(problemsOfEach(connection, definition));
    }
    Binder.bind(definition, catalogue, 1);
    return catalogue;
  }

  /** A SELECT that Postgres refuses must not hide what the others cannot be bound for. */
  private static List<Problem> problemsOfEach(Connection connection, Definition definition)
      throws SQLException {
    List<Problem> problems = new ArrayList<>();
    for (Select select : definition.selects()) {
      try {
        FactBinder.bind(select, CatalogueReader.read(connection, List.of(select)), 0);
      } catch (DefinitionException e) {
        problems.addAll(e.problems());
      }
    }
    return problems;
  }
}
