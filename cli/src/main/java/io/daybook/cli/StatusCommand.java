// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.StatusProbe;
import io.daybook.cli.installation.StatusReport;
import java.time.Instant;
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
    StatusText.lines(report, Instant.now()).forEach(out()::println);
    out().flush();
  }
}
