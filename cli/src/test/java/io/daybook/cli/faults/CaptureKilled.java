// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.postgresql.PGConnection;

/** SIGKILL of capture while one INSERT, or one COPY, of ten thousand rows is half in the topic. */
final class CaptureKilled implements Fault {
  private static final int ROWS = 10_000;
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(60);

  @Override
  public String id() {
    return "F1";
  }

  @Override
  public String title() {
    return "capture killed within an INSERT and a COPY of 10,000 rows";
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    Messages messages = new Messages(site.database());
    boolean copy = turn.variant(2) == 1;
    String run = "bulk" + turn.below(1_000_000) + "-";
    String own = messages.ownLead(run);
    long before = site.kafka().written("Message");
    long wanted = 1 + turn.below(ROWS * 3 / 4);
    if (copy) {
      copy(site, run, own);
    } else {
      messages.insert(run, ROWS, own);
    }
    RoleProcess capture = site.captures().get(0);
    Await.until(
        SEEN_WITHIN,
        wanted + " rows in the topic",
        () -> site.kafka().written("Message") - before >= wanted);
    long pid = capture.kill();
    Instant at = Instant.now();
    long written = site.kafka().written("Message") - before;
    boolean dead = Signals.isDead(pid);
    capture.start();
    messages.deleteWorkspace(own);
    return Injection.of(
        at,
        dead && written > 0 && written < ROWS,
        "capture, pid %d, is dead: %s; %d of %d rows of %s were written"
            .formatted(pid, dead, written, ROWS, copy ? "a COPY" : "an INSERT"));
  }

  private static void copy(Site site, String run, String lead) throws SQLException, IOException {
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < ROWS; row++) {
      lines.append(run).append(row).append('\t').append(lead).append("\toutbound\tbulk\n");
    }
    try (Connection connection = site.database().owner()) {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(
              "COPY \"Message\" (id, \"leadId\", direction, body) FROM STDIN",
              new StringReader(lines.toString()));
    }
  }
}
