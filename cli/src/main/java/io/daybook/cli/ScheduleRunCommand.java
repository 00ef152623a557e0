// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Schedule;
import io.daybook.schemas.text.Durations;
import io.daybook.serve.schedule.ScheduleRun;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets the schedule run now. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Verifies the last days now, in the processes of 'daybook run', writes rows that differ once"
          + " more, and waits for the result. Exit code 1 where something still differs.",
      "With --key it runs once however often it is called: a later call gets the result of the"
          + " first."
    })
final class ScheduleRunCommand extends Verb {
  private static final long LOOK_EVERY_MS = 200;
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);

  @Option(
      names = "--key",
      paramLabel = "K",
      description = "Tells this run from others; default: one that is new.")
  private String key = "run " + UUID.randomUUID();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Schedule schedule = new Schedule(installation());
    ScheduleRun run = schedule.ask(key);
    long saidAt = System.nanoTime();
    while (run.endedAt() == null) {
      if (System.nanoTime() - saidAt > SAY_EVERY.toNanos()) {
        saidAt = System.nanoTime();
        err().println(line(run));
        err().flush();
      }
      Thread.sleep(LOOK_EVERY_MS);
      run = schedule.now(key);
    }
    if (json) {
      printJson(json(run));
    } else {
      out().println(line(run));
      out().flush();
    }
    return run.finding() == null ? ExitCode.TRUE : ExitCode.FALSE;
  }

  /** A run as JSON has it. */
  static Map<String, Object> json(ScheduleRun run) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", run.key());
    json.put("firstDay", run.firstDay());
    json.put("start", run.beganAt());
    json.put("end", run.endedAt());
    json.put("position", run.position());
    json.put("rows", run.rows());
    json.put("differences", run.differences());
    json.put("healed", run.healed());
    json.put("finding", run.finding());
    return json;
  }

  /** A run in a line. */
  static String line(ScheduleRun run) {
    String what;
    if (run.beganAt() == null) {
      what = "waits for a process with the role sink";
    } else if (run.differences() == null) {
      what = "compares days from %s on".formatted(run.firstDay());
    } else if (run.endedAt() == null) {
      what = "%,d rows differ and are written once more".formatted(run.differences());
    } else {
      what =
          "%,d rows compared, %,d differed, %,d mended, in %s"
              .formatted(
                  run.rows(),
                  run.differences(),
                  run.healed(),
                  Durations.text(Duration.between(run.beganAt(), run.endedAt())));
    }
    return run.finding() == null
        ? "%s: %s".formatted(run.key(), what)
        : "%s: %s; %s".formatted(run.key(), what, run.finding());
  }
}
