// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

/**
 * What all processors of a topology share about how they work.
 *
 * @param counters what they have done
 * @param commits when they want their work committed
 * @param ids tells topics from earlier ones of their names
 * @param sliceLength entries that long work visits at a time
 */
record Work(Counters counters, EarlyCommits commits, TopicIds ids, int sliceLength) {

  static Work of(Counters counters, EarlyCommits commits, TopicIds ids) {
    return new Work(counters, commits, ids, Slices.LENGTH);
  }
}
