// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.sql.CatalogueReader;
import io.daybook.schemas.topic.DefinitionRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Asks a Postgres for the types of the cases' SELECTs and writes them next to the cases. Run by
 * hand, see the README there; the database is left as it was.
 */
@EnabledIfSystemProperty(named = CatalogueRecording.URL, matches = "jdbc:.+")
class CatalogueRecording {
  static final String URL = "daybook.recording.url";

  @Test
  void writesWhatPostgresSays() throws Exception {
    ObjectMapper json = new ObjectMapper();
    for (CaseRollups.Folder folder : CaseRollups.FOLDERS) {
      List<Definition> definitions = Definition.readAll(folder.rollups());
      assertFalse(definitions.isEmpty());
      try (Connection connection = DriverManager.getConnection(System.getProperty(URL));
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute(Files.readString(folder.schema()));
        for (Definition each : definitions) {
          DefinitionRecord record =
              new DefinitionRecord(
                  each.rollup(),
                  1,
                  each.texts(),
                  CatalogueReader.read(connection, each.selects()),
                  1);
          Path file = CaseRollups.recorded(each.rollup());
          String pretty =
              json.writerWithDefaultPrettyPrinter()
                  .writeValueAsString(json.readTree(record.value()));
          Files.writeString(file, pretty + "\n");
        }
        connection.rollback();
      }
    }
  }
}
