// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

/** A record that ends rows in bulk: it takes effect where it stands in its partition. */
public sealed interface Fence {
  /** The epoch in which the fence was written. */
  int epoch();

  /** TRUNCATE: every row of the table that stands before this record is gone. */
  record Truncate(int epoch) implements Fence {}

  /** End of a snapshot: every row of an epoch older than {@code epoch} is gone. */
  record SnapshotEnd(int epoch) implements Fence {}
}
