// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

/**
 * What a partition of a CDC topic has been given, by whoever writes it; a watermark carries it, so
 * that a reader can tell whether it has seen as much.
 *
 * @param countedFrom the epoch in which the counting began; nothing of an older one is counted
 * @param records how many changes of rows, tombstones included, committed transactions have written
 *     to the partition since then, up to the watermark; compaction may have removed some
 */
public record Account(int countedFrom, long records) {}
