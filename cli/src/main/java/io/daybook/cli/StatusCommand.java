// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.StatusProbe;
import io.daybook.cli.installation.StatusReport;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says how everything stands. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows how each rollup stands, how far each stage lags, the replication slot and the cache,"
          + " and what is wrong with its remedy. Exit code 1 when unhealthy."
    })
final class StatusCommand extends Verb {
  @Option(names = "--watch", description = "Again every two seconds, until Ctrl-C.")
  private boolean watch;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    StatusProbe reader = new StatusProbe(installation());
    StatusReport report = reader.read();
    print(report);
    CountDownLatch never = new CountDownLatch(1);
    while (watch && !never.await(2, TimeUnit.SECONDS)) {
      report = reader.read();
      print(report);
    }
    return report.healthy() ? ExitCode.TRUE : ExitCode.FALSE;
  }

  private void print(StatusReport report) {
    if (json) {
      printJson(report);
      return;
    }
    for (StatusReport.OfRollup each : report.rollups()) {
      out()
          .printf(
              "%-24s %-9s mode %-7s generation %d  complete through %s (%s ms ago)%n",
              each.name(),
              each.state(),
              mode(each),
              each.generation(),
              each.completeThrough() == null ? "-" : each.completeThrough(),
              each.lagMs() == null ? "-" : each.lagMs());
    }
    report
        .stages()
        .forEach(each -> out().printf("  %-34s lag %d events%n", each.name(), each.lagEvents()));
    StatusReport.Slot slot = report.slot();
    out()
        .printf(
            "  slot %s: %s, holds %s bytes of WAL%n",
            slot.name(), slot.walStatus(), slot.retainedBytes());
    out()
        .printf("  cache: %s workspaces wait for their increment%n", report.cache().notesPending());
    for (StatusReport.Problem each : report.problems()) {
      out().printf("! %s%n", each.what());
      out().printf("    since %s; readers get %s%n", each.since(), each.readersGet());
      out().printf("    %s%n", each.remedy());
    }
    out().println(report.healthy() ? "healthy" : "UNHEALTHY");
    out().flush();
  }

  private static String mode(StatusReport.OfRollup rollup) {
    long own = rollup.workspacesWithOwnMode();
    return own == 0
        ? rollup.mode()
        : "%s (%d workspaces have their own)".formatted(rollup.mode(), own);
  }
}
