// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.pipeline.capture.Capture;
import io.daybook.pipeline.capture.CaptureSettings;
import io.daybook.pipeline.capture.CaptureStatus;
import io.daybook.pipeline.capture.CaptureStatus.Phase;
import io.daybook.pipeline.capture.SourceDatabase;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Topics;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A capture in a JVM of its own, that can be killed or stopped like one in production. */
final class CaptureProcess implements AutoCloseable {
  private final Process process;
  private volatile String phase = "";
  private volatile long changes;
  private volatile long reads;

  /** Forks a JVM that captures the tables of this test. */
  CaptureProcess(String jdbcUrl, String kafka, String prefix, int batchRecordsMax, long leaseMs)
      throws IOException {
    this.process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                CaptureProcess.class.getName(),
                jdbcUrl,
                kafka,
                prefix,
                Integer.toString(batchRecordsMax),
                Long.toString(leaseMs))
            .redirectErrorStream(true)
            .start();
    Thread reader = new Thread(this::read, "capture-process-output");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("PHASE ")) {
          String[] words = line.split(" ");
          reads = Long.parseLong(words[3]);
          changes = Long.parseLong(words[2]);
          phase = words[1];
        } else if (line.contains("Capture goes on") || line.contains("failed for good")) {
          System.out.println("[capture " + process.pid() + "] " + line);
        }
      }
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  boolean isIn(Phase phase) {
    return this.phase.equals(phase.name());
  }

  /** Whether rows of a snapshot are in the topic, and more are to come. */
  boolean isReading() {
    return isIn(Phase.SNAPSHOT) && reads > 0;
  }

  /** How many changes it has committed to Kafka so far. */
  long changes() {
    return changes;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL, as an out-of-memory killer does it. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  static final Table PARCEL =
      new Table(
          new TableName("public", "Parcel"),
          List.of(
              new Column("id", SqlType.TEXT),
              new Column("weight", SqlType.INT4),
              new Column("note", SqlType.TEXT),
              new Column("due", SqlType.DATE),
              new Column(
                  "at", new SqlType(SqlType.Kind.TIMESTAMP, "timestamp(3) without time zone"))),
          List.of("id"));

  static final Table DEPOT =
      new Table(
          new TableName("public", "Depot"),
          List.of(new Column("id", SqlType.INT4), new Column("name", SqlType.TEXT)),
          List.of("id"));

  static CaptureSettings settings(String jdbcUrl, String kafka, String prefix) {
    return CaptureSettings.of(
        SourceDatabase.parse(jdbcUrl),
        new Topics(prefix, 3),
        List.of(PARCEL, DEPOT),
        Map.of("bootstrap.servers", kafka));
  }

  private static String line(CaptureStatus status) {
    CaptureStatus.Counts counts = status.counts();
    long changes = counts.inserts() + counts.updates() + counts.deletes();
    return "PHASE " + status.phase() + " " + changes + " " + counts.reads();
  }

  /** Runs until killed; prints every step. */
  public static void main(String[] args) throws InterruptedException {
    CountDownLatch failed = new CountDownLatch(1);
    CaptureSettings settings =
        settings(args[0], args[1], args[2])
            .withBatchRecordsMax(Integer.parseInt(args[3]))
            .withLease(Duration.ofMillis(Long.parseLong(args[4])));
    try (Capture capture = new Capture(settings, failure -> failed.countDown())) {
      capture.start();
      String printed = "";
      while (!failed.await(2, TimeUnit.MILLISECONDS)) {
        String line = line(capture.status());
        if (!line.equals(printed)) {
          System.out.println(line);
          printed = line;
        }
      }
      System.out.println(line(capture.status()));
    }
  }
}
