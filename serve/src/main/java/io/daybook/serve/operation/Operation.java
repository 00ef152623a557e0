// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.operation;

import java.time.Instant;

/**
 * Something that was asked for; a row of {@code daybook.operation}. Null for what is not there yet.
 *
 * @param key tells it from others: a second request of the same key is the first one
 * @param request as {@link Request#write}
 * @param progress JSON by which a process goes on where another one has ended
 * @param result JSON of what came of it
 * @param failed why nothing came of it
 */
public record Operation(
    String key,
    Kind kind,
    String request,
    String askedBy,
    Instant askedAt,
    Instant beganAt,
    Instant endedAt,
    String progress,
    String result,
    String failed) {

  /** For programs. */
  public String state() {
    if (endedAt == null) {
      return beganAt == null ? "pending" : "running";
    }
    return failed == null ? "done" : "failed";
  }

  public boolean ended() {
    return endedAt != null;
  }
}
