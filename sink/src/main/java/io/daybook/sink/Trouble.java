// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.time.Clock;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;

/**
 * What keeps a thread from going on. Each of its causes is logged once, since the first often hides
 * the one that matters, and once that it is over.
 */
final class Trouble {
  /** Some messages differ each time, by an address or a number. */
  private static final int CAUSES_MAX = 10;

  private final String who;
  private final Logger log;
  private final Clock clock;
  private final Set<String> said = new HashSet<>();
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
    if (said.size() < CAUSES_MAX && said.add(what)) {
      log.warn("{}: {}", who, what);
    } else {
      log.debug("{}: {}", who, what);
    }
  }

  void isOver() {
    SinkStatus.Problem before = problem;
    if (before != null) {
      problem = null;
      said.clear();
      log.info("{} goes on, after trouble since {}", who, before.since());
    }
  }

  Optional<SinkStatus.Problem> current() {
    return Optional.ofNullable(problem);
  }
}
