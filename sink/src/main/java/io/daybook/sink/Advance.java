// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.topic.Watermark;

/**
 * How far a batch brings one partition.
 *
 * @param next the offset to read after it
 * @param watermark the highest in it, or null for none
 */
record Advance(int partition, long next, Watermark watermark) {}
