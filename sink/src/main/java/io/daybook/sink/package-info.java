// SPDX-License-Identifier: Apache-2.0
/**
 * Brings the rollup topic into the rollup table, once, and then tells the cache.
 *
 * <p>Reads: the rollup topics; {@code daybook.progress}, {@code daybook.note}, {@code
 * daybook.current_generation}.
 *
 * <p>Writes: {@code daybook."<rollup>_rows"}, {@code daybook.progress}, {@code daybook.note},
 * {@code daybook.degraded}, {@code daybook.unverified}, {@code daybook.cache_version}, {@code
 * daybook.cache_sentinel}; the cache versions in Redis and the sentinel beside them.
 *
 * <p>Next: the readers, through the module {@code serve}.
 */
package io.daybook.sink;
