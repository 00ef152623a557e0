// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.schemas.topic.QuarantineTopic;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends the events that stand in quarantine once more. */
@Command(
    name = "retry",
    mixinStandardHelpOptions = true,
    description = {
      "Sends the events that stand in quarantine once more, for instance after an upgrade that can"
          + " read them. An event counts only as long as nothing newer of its row was read, and"
          + " leaves the quarantine by itself when it can be read now: see 'quarantine list'."
    })
final class QuarantineRetryCommand extends Verb {
  @Option(names = "--rollup", paramLabel = "ROLLUP", description = "Only what this one could not.")
  private String rollup;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    QuarantineTopic quarantine =
        new QuarantineTopic(installation.topics(), installation.config().kafka());
    List<QuarantineTopic.Entry> entries =
        quarantine.load().stream()
            .filter(entry -> rollup == null || entry.place().rollup().equals(rollup))
            .toList();
    List<QuarantineTopic.Entry> keyed =
        entries.stream().filter(entry -> entry.key() != null).toList();
    int sent = quarantine.retry(keyed);
    int left = entries.size() - keyed.size();
    if (json) {
      printJson(Map.of("sent", sent, "withoutKey", left));
    } else {
      out().println(sent + " events were sent again; 'daybook quarantine list' shows what is left");
      if (left > 0) {
        out()
            .println(
                left
                    + " have no key, so that nothing can be told of their rows: only a new snapshot"
                    + " settles them ('daybook run --resnapshot')");
      }
      out().flush();
    }
    return left == 0 ? ExitCode.TRUE : ExitCode.FALSE;
  }
}
