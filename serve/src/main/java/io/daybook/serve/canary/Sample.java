// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.time.LocalDate;

/**
 * One request.
 *
 * @param order of all requests of the run, from 1
 * @param from first day of its window
 * @param to last day of its window
 * @param status 0 where there was no response
 * @param cache hit or miss, as the server says; null where it does not
 * @param source where the answer comes from, as the server says; null where it does not
 * @param headerMs how long the server says it took; null where it does not
 * @param wallMs from the request to the last byte of the response
 * @param requestId as the server says; null where it does not
 * @param problem null where all is as it must be
 */
public record Sample(
    int order,
    Phase phase,
    LocalDate from,
    LocalDate to,
    int status,
    String cache,
    String source,
    Double headerMs,
    double wallMs,
    String requestId,
    String problem) {
  static final String HIT = "hit";

  boolean hit() {
    return HIT.equals(cache);
  }

  /** Whether it says how long an answer of its phase takes. */
  boolean counts() {
    return problem == null && !(phase == Phase.COLD && hit());
  }
}
