// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.definition.Binder;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rollups that cases name, with what Postgres once said about them. */
record CaseRollups(List<DefinitionRecord> definitions) {
  static final Path RESOURCES = Path.of("../pipeline/src/test/resources/topology");

  /** A folder of rollups, and the DDL of the tables that they read. */
  record Folder(Path rollups, Path schema) {}

  static final List<Folder> FOLDERS =
      List.of(
          new Folder(Path.of("../schemas/rollups"), Path.of("../schemas/reference/schema.sql")),
          new Folder(RESOURCES.resolve("rollups"), RESOURCES.resolve("rollups/schema.sql")));

  static Path recorded(String rollup) {
    return RESOURCES.resolve("catalogues").resolve(rollup + ".json");
  }

  /** Reads all definitions; one that has changed since its types were recorded is an error. */
  static CaseRollups load() throws IOException {
    List<DefinitionRecord> definitions = new ArrayList<>();
    for (Folder folder : FOLDERS) {
      for (Definition definition : Definition.readAll(folder.rollups)) {
        Path file = recorded(definition.rollup());
        DefinitionRecord record =
            Files.exists(file) ? DefinitionRecord.read(Files.readAllBytes(file)) : null;
        if (record == null || !record.texts().equals(definition.texts())) {
          throw new IllegalStateException(
              file
                  + " does not fit "
                  + folder.rollups.resolve(definition.rollup())
                  + ": record it again, see "
                  + RESOURCES.resolve("README.md"));
        }
        definitions.add(record);
      }
    }
    return new CaseRollups(definitions);
  }

  Rollup rollup(String name) {
    DefinitionRecord record = definition(name);
    return Binder.bind(
        Definition.parse(name, name, record.texts()), record.catalogue(), record.generation());
  }

  /** The tables of all rollups that read the same schema as this one, with all their columns. */
  Collection<Table> tablesBeside(String name) {
    boolean reference = isReference(definition(name));
    Map<TableName, Table> tables = new TreeMap<>();
    for (DefinitionRecord each : definitions) {
      if (isReference(each) == reference) {
        each.catalogue().tables().values().forEach(table -> tables.put(table.name(), table));
      }
    }
    return tables.values();
  }

  private static boolean isReference(DefinitionRecord record) {
    return Files.isDirectory(FOLDERS.get(0).rollups.resolve(record.rollup()));
  }

  private DefinitionRecord definition(String name) {
    return definitions.stream()
        .filter(each -> each.rollup().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no rollup " + name));
  }
}
