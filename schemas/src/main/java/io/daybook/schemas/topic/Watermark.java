// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.time.Instant;

/**
 * A promise that travels in band with the data: every source transaction whose commit LSN is at or
 * before {@code commitLsn} stands before this record in its partition.
 *
 * @param epoch the snapshot epoch in which the LSN counts
 * @param commitLsn the LSN up to which everything committed is complete
 * @param commitTime the source's clock at that point; microseconds survive
 */
public record Watermark(int epoch, Lsn commitLsn, Instant commitTime)
    implements Comparable<Watermark> {

  /** By epoch, then LSN. The time follows both and decides nothing. */
  @Override
  public int compareTo(Watermark other) {
    int byEpoch = Integer.compare(epoch, other.epoch);
    return byEpoch != 0 ? byEpoch : commitLsn.compareTo(other.commitLsn);
  }
}
