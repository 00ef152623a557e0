// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.cache;

import java.net.URI;
import java.time.Duration;

/**
 * The cache of answers.
 *
 * @param versionPrefix what stands before the workspace in the keys of versions
 * @param entryPrefix what stands before everything in the keys of answers
 * @param sentinelKey of the hash by which lost versions are noticed
 * @param ttl how long an answer is kept at most; zero for no cache
 * @param timeout of connecting and of every answer of Redis
 */
public record CacheSettings(
    URI redis,
    String versionPrefix,
    String entryPrefix,
    String sentinelKey,
    Duration ttl,
    Duration timeout) {}
