// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PL/pgSQL function in the schema {@code daybook} that runs with its owner's rights.
 *
 * @param name unquoted
 * @param parameters as declared: {@code workspace text}
 * @param returns as declared
 * @param searchPath schemas that it resolves names in; {@code pg_temp} follows as the last, so that
 *     no caller can slip in a table of his own
 * @param body as Postgres keeps it in {@code prosrc}
 */
public record FunctionDefinition(
    String name, String parameters, String returns, List<String> searchPath, String body) {
  public FunctionDefinition {
    searchPath = List.copyOf(searchPath);
  }

  /** Creates or replaces it. */
  public String sql() {
    return """
    CREATE OR REPLACE FUNCTION %s(%s)
    RETURNS %s
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = %s
    AS %s"""
        .formatted(DaybookSchema.qualified(name), parameters, returns, path(), dollarQuoted(body));
  }

  /** The setting as Postgres keeps it in {@code proconfig}: {@code search_path=public, pg_temp}. */
  public String path() {
    return path(searchPath);
  }

  static String path(List<String> schemas) {
    return Stream.concat(
            schemas.stream().filter(schema -> !schema.equals("pg_temp")), Stream.of("pg_temp"))
        .map(Identifier::quote)
        .collect(joining(", "));
  }

  /** Text between dollar tags that do not occur in it. */
  static String dollarQuoted(String text) {
    String tag = "$daybook$";
    for (int i = 1; text.contains(tag); i++) {
      tag = "$daybook" + i + "$";
    }
    return tag + text + tag;
  }
}
