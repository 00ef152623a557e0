// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.time.Duration;

/** A thing that goes wrong in production. It keeps nothing from one injection to the next. */
interface Fault extends Reported {

  /** Injections for each seed. */
  default int injections() {
    return 2;
  }

  /** The site that it needs. */
  default SiteSettings site(long seed) {
    return SiteSettings.usual();
  }

  /** How long the rollups may take to be complete through the injection. */
  default Duration recoversWithin() {
    return Duration.ofSeconds(150);
  }

  /**
   * Lets it happen, proves that it did, and ends it where it does not end by itself: processes run
   * again, servers answer, nothing is held back. Load runs all the while unless the fault pauses
   * it.
   */
  Injection inject(Site site, Turn turn) throws Exception;

  @Override
  default FaultRow row(FaultOptions options, Sites sites) throws Exception {
    return new FaultRunner(this, options, sites).run();
  }
}
