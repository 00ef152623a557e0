// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.topic.Account;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Compares what capture says it has written to a partition with what the row store has taken from
 * it. Capture's account comes with each watermark and counts all records since the beginning; so
 * between two accounts as many must have been taken as the second says more than the first.
 *
 * <p>An account older than the compaction lag may say more, for what was superseded is compacted
 * away. Kept in the store of the rows, and written there once a commit.
 */
final class Ledger {
  /** No row's key: those are JSON. */
  static final Bytes KEY = Bytes.wrap(new byte[] {0});

  private static final int NOT_BEGUN = 0;

  private final KeyValueStore<Bytes, byte[]> store;
  private int countedFrom = NOT_BEGUN;
  private long accounted;
  private long taken;
  private int missingSince;
  private boolean changed;

  /** Goes on from what the store has. */
  Ledger(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    byte[] kept = store.get(KEY);
    if (kept != null) {
      Binary.read(
          kept,
          in -> {
            countedFrom = (int) VarInt.read(in);
            accounted = VarInt.read(in);
            taken = VarInt.read(in);
            missingSince = (int) VarInt.read(in);
            return null;
          });
    }
  }

  /** A record of capture has been dealt with, in whichever way. */
  void take() {
    taken++;
    changed = true;
  }

  /**
   * Compares.
   *
   * @param compacted whether records before the account may have been compacted away
   * @return how many records are missing; negative for too many; 0 where all is well or where the
   *     two cannot be compared because capture began to count anew
   */
  long settle(Account account, boolean compacted) {
    boolean comparable =
        countedFrom == account.countedFrom() || (countedFrom == NOT_BEGUN && isFirst(account));
    long missing = comparable ? account.records() - accounted - taken : 0;
    if (taken != 0 || account.records() != accounted || countedFrom != account.countedFrom()) {
      countedFrom = account.countedFrom();
      accounted = account.records();
      taken = 0;
      changed = true;
    }
    return compacted && missing > 0 ? 0 : missing;
  }

  /** Counting from the first epoch on, nothing can have been there before. */
  private static boolean isFirst(Account account) {
    return account.countedFrom() == 1;
  }

  /** The epoch in which records were found missing, 0 for none. */
  int missingSince() {
    return missingSince;
  }

  void missingSince(int epoch) {
    missingSince = epoch;
    changed = true;
  }

  /** To be called before each commit. */
  void write() {
    if (changed) {
      store.put(
          KEY,
          Binary.write(
              out -> {
                VarInt.write(countedFrom, out);
                VarInt.write(accounted, out);
                VarInt.write(taken, out);
                VarInt.write(missingSince, out);
              }));
      changed = false;
    }
  }
}
