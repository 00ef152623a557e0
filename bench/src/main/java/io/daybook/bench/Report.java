// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that a run of the bench has to say.
 *
 * @param commit of the sources, with a + where they are changed
 * @param size how much was measured
 * @param configuration of the installation that was measured, addresses left out
 */
record Report(
    Machine machine,
    String commit,
    Instant at,
    Size size,
    Map<String, String> configuration,
    List<Result> scenarios) {

  /** The commit that a folder is at. */
  static String commit(Path home) throws IOException, InterruptedException {
    String commit = git(home, "rev-parse", "--short=12", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    return commit + (git(home, "status", "--porcelain", "-uno").isEmpty() ? "" : "+");
  }

  private static String git(Path home, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-C", home.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes());
    return process.waitFor() == 0 ? out.strip() : "";
  }

  /** For people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, commit %s, %s, size %s"
            .formatted(machine, commit, at.truncatedTo(ChronoUnit.SECONDS), size));
    scenarios.forEach(each -> lines.add(each.line()));
    return lines;
  }

  /** For scripts. */
  String json() throws IOException {
    return new ObjectMapper()
        .findAndRegisterModules()
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .writeValueAsString(this);
  }
}
