// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import io.daybook.schemas.topic.Watermark;

/**
 * A partition that this sink has taken over.
 *
 * @param fence the number of this takeover; a higher one in the table voids it
 * @param next the offset stored in the table, to read next
 * @param watermark the highest this claim has stored, or null for none yet
 */
record Claim(int partition, long fence, long next, Watermark watermark) {

  /** The claim once the batch is committed. Its watermark never moves back. */
  Claim after(Advance advance) {
    return new Claim(partition, fence, advance.next(), higher(watermark, advance.watermark()));
  }

  /** The later of two promises; null is none. */
  static Watermark higher(Watermark left, Watermark right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    return left.compareTo(right) >= 0 ? left : right;
  }
}
