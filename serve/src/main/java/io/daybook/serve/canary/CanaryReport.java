// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * The record of a run, as JSON keeps it.
 *
 * @param mode of the switch meanwhile; null where it was left alone
 * @param seed of the windows: with the same series and last day it asks for the same ones in the
 *     same order
 * @param timeoutMs after which a request was an error
 * @param verdict {@code go} where every endpoint is
 */
public record CanaryReport(
    String baseUrl,
    String workspace,
    String mode,
    long seed,
    int series,
    LocalDate lastDay,
    long timeoutMs,
    Instant startedAt,
    Instant endedAt,
    String verdict,
    List<EndpointResult> endpoints) {

  public boolean go() {
    return verdict.equals(EndpointResult.GO);
  }
}
