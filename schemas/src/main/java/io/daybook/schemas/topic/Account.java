// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

/**
 * What capture says it has written to one partition of a CDC topic; it stands in each watermark.
 *
 * @param countedFrom the epoch in which counting began
 * @param records rows and tombstones since then, in committed transactions
 */
public record Account(int countedFrom, long records) {}
