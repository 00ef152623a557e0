// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A PL/pgSQL function in the schema {@code daybook} that runs with its owner's rights.
 *
 * @param name unquoted
 * @param parameters as declared: {@code workspace text}
 * @param returns as declared
 * @param searchPath schemas that it resolves names in; {@code pg_temp} follows as the last, so that
 *     no caller can slip in a table of his own
 * @param settings that hold while it runs, besides the path
 * @param body as Postgres keeps it in {@code prosrc}
 */
public record FunctionDefinition(
    String name,
    String parameters,
    String returns,
    List<String> searchPath,
    Map<String, String> settings,
    String body) {
  public FunctionDefinition {
    searchPath = List.copyOf(searchPath);
    settings = new TreeMap<>(settings);
  }

  /** Creates or replaces it. */
  public String sql() {
    return """
    CREATE OR REPLACE FUNCTION %s(%s)
    RETURNS %s
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = %s%s
    AS %s"""
        .formatted(
            DaybookSchema.qualified(name),
            parameters,
            returns,
            path(searchPath),
            settings.entrySet().stream()
                .map(
                    each ->
                        "\nSET %s = %s"
                            .formatted(each.getKey(), Identifier.literal(each.getValue())))
                .collect(joining()),
            dollarQuoted(body));
  }

  /** All settings as Postgres keeps them: {@code search_path=public, pg_temp}, then the others. */
  public List<String> config() {
    return Stream.concat(
            Stream.of("search_path=" + path(searchPath)),
            settings.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()))
        .toList();
  }

  /** A search path as SQL takes it. */
  public static String path(List<String> schemas) {
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
