// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

/** What has a row in the report of a run. */
interface Reported {

  /** As in the table and in {@code -Dfaults.only}. */
  String id();

  /** In a few words. */
  String title();

  /** Runs it with every seed. */
  FaultRow row(FaultOptions options, Sites sites) throws Exception;
}
