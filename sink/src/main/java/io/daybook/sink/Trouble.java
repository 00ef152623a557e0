// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;

/** What keeps a thread from going on: logged once when it begins and once when it is over. */
final class Trouble {
  private final String who;
  private final Logger log;
  private final Clock clock;
  private volatile SinkStatus.Problem problem;

  Trouble(String who, Logger log, Clock clock) {
    this.who = who;
    this.log = log;
    this.clock = clock;
  }

  /** Keeps the time at which it began; the message is the newest. */
  void is(String what) {
    SinkStatus.Problem before = problem;
    problem = new SinkStatus.Problem(what, before == null ? clock.instant() : before.since());
    if (before == null) {
      log.warn("{}: {}", who, what);
    } else {
      log.debug("{}: {}", who, what);
    }
  }

  void isOver() {
    SinkStatus.Problem before = problem;
    if (before != null) {
      problem = null;
      log.info("{} goes on, after trouble since {}", who, before.since());
    }
  }

  Optional<SinkStatus.Problem> current() {
    return Optional.ofNullable(problem);
  }
}
