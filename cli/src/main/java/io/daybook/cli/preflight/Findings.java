// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.KafkaException;

/** What was found out about one system so far. */
final class Findings {
  static final String REACHABLE = "reachable";

  private static final String UNKNOWN = "mend that and look again, or expect it to fail later";

  private final String system;
  private final List<Check> checks = new CopyOnWriteArrayList<>();

  Findings(String system) {
    this.system = system;
  }

  /** A look that may fail by itself without keeping the others from being taken. */
  @FunctionalInterface
  interface Look {
    void take() throws SQLException;
  }

  List<Check> checks() {
    return List.copyOf(checks);
  }

  void ok(String what, String detail) {
    add(what, Outcome.OK, detail, "");
  }

  void warning(String what, String detail, String remedy) {
    add(what, Outcome.WARNING, detail, remedy);
  }

  void blocks(String what, String detail, String remedy) {
    add(what, Outcome.BLOCKS, detail, remedy);
  }

  void unreachable(String detail, String remedy) {
    add(REACHABLE, Outcome.UNREACHABLE, detail, remedy);
  }

  /** Something that could not be found out is told, for it may be what fails later. */
  void look(String what, Look look) {
    try {
      look.take();
    } catch (SQLException e) {
      warning(what, "could not be checked: " + e.getMessage(), "-- " + UNKNOWN);
    }
  }

  /** The same for a look at brokers. */
  void ask(String what, Runnable look) {
    try {
      look.run();
    } catch (KafkaException e) {
      warning(what, "could not be checked: " + e.getMessage(), "# " + UNKNOWN);
    }
  }

  private void add(String what, Outcome outcome, String detail, String remedy) {
    checks.add(new Check(system, what, outcome, detail.strip(), remedy.strip()));
  }
}
