// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import java.time.Duration;

/**
 * Where the API listens, and its limits.
 *
 * @param port 0 for any that is free
 * @param headerPrefix of the headers that tell of an answer
 * @param reads whether rollups are read at all; without, every read is refused
 * @param daysMax of one request
 * @param threadsMax requests that are worked on at a time
 * @param connectionsMax of clients at a time
 * @param idle after which a connection that says nothing is closed
 * @param requestWithin what a client may take to send the head of a request
 * @param answerWithin what a client may take to read an answer
 */
public record HttpSettings(
    String host,
    int port,
    String headerPrefix,
    boolean reads,
    int daysMax,
    int threadsMax,
    int connectionsMax,
    Duration idle,
    Duration requestWithin,
    Duration answerWithin) {}
