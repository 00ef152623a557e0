// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a killed predecessor left running on a state folder. Postgres and Redis are processes
 * of their own and outlive their JVM; a new server on the same port would not come up, or worse, we
 * would talk to the orphan.
 */
final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /**
   * Ends them, and nothing that is not proven to be ours.
   *
   * @param stateDir the folder, locked by us
   * @return the pids that were ended
   */
  static List<Long> clear(Path stateDir) {
    List<Long> ended = new ArrayList<>();
    RedisPart.runningIn(stateDir)
        .ifPresent(
            redis -> {
              LOG.info("Ending Redis (pid {}) left by a killed run in {}", redis.pid(), stateDir);
              RedisPart.end(redis);
              ended.add(redis.pid());
            });
    PostgresPart.runningIn(stateDir)
        .ifPresent(
            postgres -> {
              LOG.info(
                  "Ending Postgres (pid {}) left by a killed run in {}", postgres.pid(), stateDir);
              PostgresPart.end(postgres);
              ended.add(postgres.pid());
            });
    PostgresPart.forgetRecycledPid(stateDir);
    return ended;
  }
}
