// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.dev.DevSession;
import io.daybook.cli.dev.DevSettings;
import io.daybook.cli.dev.DevView;
import io.daybook.cli.dev.OnceResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything on this machine, to see it work. */
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the whole flow on embedded Postgres, Kafka and Redis (real ones, on loopback), with a"
          + " sales inbox as sample data and a live load on it, and shows what happens.",
      "Meanwhile every other verb works on it without a configuration, and psql and redis-cli with"
          + " the addresses in .daybook/dev.env. Ctrl-C or SIGTERM ends everything.",
      "With --once: loads, changes rows for some seconds, comes to rest, verifies, ends. Exit code"
          + " 0 only when rollups and live query agree in every row."
    })
final class DevCommand extends Verb {
  @Option(names = "--once", description = "Load, change, verify, end.")
  private boolean once;

  @Option(names = "--json", description = "With --once: print the result as one JSON object.")
  private boolean json;

  @Option(names = "--fresh", description = "Forget the data of earlier runs first.")
  private boolean fresh;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      paramLabel = "N",
      description = "With --once: how long the live load runs (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--scale",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Multiplies the sample of 6,000 leads and 60,000 messages (default: ${DEFAULT-VALUE}).")
  private int scale;

  @Option(
      names = "--rate",
      defaultValue = "250",
      paramLabel = "N",
      description =
          "Row changes per second of the live load; 0 for none (default: " + "${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of sample and load; default: a new one, which is printed.")
  private Long seed;

  @Option(
      names = "--postgres-port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "Default: a free one; likewise for Kafka and Redis.")
  private int postgresPort;

  @Option(names = "--kafka-port", defaultValue = "0", paramLabel = "PORT", hidden = true)
  private int kafkaPort;

  @Option(names = "--redis-port", defaultValue = "0", paramLabel = "PORT", hidden = true)
  private int redisPort;

  @Option(
      names = "--http-port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "Of the HTTP API. Default: a free one.")
  private int httpPort;

  @Override
  public Integer call() throws Exception {
    requireAtLeast(1, "--seconds", seconds);
    requireAtLeast(1, "--scale", scale);
    requireAtLeast(0, "--rate", rate);
    DevSettings settings =
        new DevSettings(
            Home.path(),
            Home.state(),
            fresh,
            scale,
            rate,
            seed == null ? System.currentTimeMillis() % 1_000_000 : seed,
            postgresPort,
            kafkaPort,
            redisPort,
            httpPort);
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndWait(end, ended), "end"));
    try (DevSession session = new DevSession(settings, end, this::say)) {
      session.start();
      return once ? once(session) : watch(session, end);
    } catch (InterruptedException e) {
      say("Ended before it was done.");
      return ExitCode.INTERNAL;
    } finally {
      ended.countDown();
    }
  }

  private int once(DevSession session) throws Exception {
    OnceResult result = session.once(seconds);
    if (json) {
      printJson(result);
    } else {
      result.lines().forEach(out()::println);
      out().flush();
    }
    return result.verified() ? ExitCode.TRUE : ExitCode.FALSE;
  }

  private int watch(DevSession session, CountDownLatch end) throws Exception {
    session.startLoad();
    DevView view = new DevView(out(), System.console() != null);
    while (!end.await(1, TimeUnit.SECONDS)) {
      view.show(session.look());
    }
    say("Ending …");
    return ExitCode.TRUE;
  }

  private static void requireAtLeast(int least, String option, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s is %d; it takes a number from %d up".formatted(option, value, least));
    }
  }

  private void say(String line) {
    err().println(line);
    err().flush();
  }

  private static void endAndWait(CountDownLatch end, CountDownLatch ended) {
    end.countDown();
    try {
      if (!ended.await(1, TimeUnit.MINUTES)) {
        System.err.println("daybook: not everything has ended within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
