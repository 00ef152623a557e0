// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.topic.QuarantineTopic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the events that stand in quarantine. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the events that stand in quarantine, one line each.")
final class QuarantineListCommand extends Verb {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--save",
      paramLabel = "FOLDER",
      description = "Also write the original bytes there, a file for each event.")
  private Path folder;

  /** One line of the list; what is in the event itself is not shown. */
  record Line(
      String rollup,
      int generation,
      String topic,
      int partition,
      long offset,
      Instant time,
      String position,
      String key,
      int bytes,
      String reason) {
    static Line of(QuarantineTopic.Entry entry) {
      return new Line(
          entry.place().rollup(),
          entry.place().generation(),
          entry.place().topic(),
          entry.place().partition(),
          entry.place().offset(),
          entry.time(),
          entry.position(),
          entry.key() == null ? null : new String(entry.key(), StandardCharsets.UTF_8),
          entry.event().length,
          entry.reason());
    }
  }

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    List<QuarantineTopic.Entry> entries =
        new QuarantineTopic(installation.topics(), installation.config().kafka()).load();
    if (folder != null) {
      Files.createDirectories(folder);
      for (QuarantineTopic.Entry each : entries) {
        Files.write(folder.resolve(fileName(each)), each.event());
      }
    }
    List<Line> lines = entries.stream().map(Line::of).toList();
    if (json) {
      printJson(Map.of("events", lines));
    } else {
      for (Line each : lines) {
        out()
            .printf(
                "%s g%d  %s-%d offset %d  %s  key %s  %d bytes: %s%n",
                each.rollup,
                each.generation,
                each.topic,
                each.partition,
                each.offset,
                each.time,
                each.key,
                each.bytes,
                each.reason);
      }
      out().println(lines.isEmpty() ? "Nothing is in quarantine." : lines.size() + " events");
      out().flush();
    }
    return lines.isEmpty() ? ExitCode.TRUE : ExitCode.FALSE;
  }

  private static String fileName(QuarantineTopic.Entry entry) {
    return "%s-%d-%d"
        .formatted(entry.place().topic(), entry.place().partition(), entry.place().offset());
  }
}
