// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rows of a run, written anew after each: a run that is cut short has told what it knew. */
final class FaultReport {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final List<FaultRow> rows = new ArrayList<>();

  FaultReport(Path folder) {
    this.folder = folder;
  }

  void add(FaultRow row) throws IOException {
    rows.add(row);
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("faults.json").toFile(), Map.of("rows", rows));
    Files.writeString(folder.resolve("faults.md"), table());
  }

  String table() {
    StringBuilder table = new StringBuilder(FaultRow.HEADER);
    rows.forEach(row -> table.append(row.line()));
    return table.toString();
  }

  /** Rows that are not as they must be. */
  List<FaultRow> failed() {
    return rows.stream().filter(row -> !row.passed()).toList();
  }
}
