// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.Schedule;
import io.daybook.serve.schedule.ScheduleRun;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the schedule has done, and when it does it again. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows the next tick and the last ten runs.")
final class ScheduleStatusCommand extends Verb {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    Schedule schedule = new Schedule(installation);
    String cron = installation.config().schedule().cron();
    Optional<Instant> next = schedule.nextTick(Instant.now());
    List<ScheduleRun> runs = schedule.last();
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("cron", cron.isEmpty() ? null : cron);
      answer.put("days", installation.config().schedule().days());
      answer.put("next", next.orElse(null));
      answer.put("runs", runs.stream().map(ScheduleRunCommand::json).toList());
      printJson(answer);
    } else {
      out()
          .println(
              next.map(tick -> "schedule '%s', next at %s".formatted(cron, tick))
                  .orElse("no schedule: 'schedule.cron' is not set"));
      runs.forEach(each -> out().println("  " + ScheduleRunCommand.line(each)));
      out().flush();
    }
    return ExitCode.TRUE;
  }
}
