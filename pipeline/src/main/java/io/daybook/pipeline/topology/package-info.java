// SPDX-License-Identifier: Apache-2.0
/**
 * The aggregate role: Kafka Streams applications that turn row changes into the absolute values of
 * each rollup's cells.
 *
 * <p>Reads: CDC topics. Writes: rollup topics. Next: {@code io.daybook.sink}.
 */
package io.daybook.pipeline.topology;
