// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Position;

/**
 * A record of a table's CDC topic.
 *
 * @param value null for a tombstone
 * @param position null in a record that capture did not write
 * @param retryOf offset of the quarantined event that it repeats, null for none
 */
public record TableRecord(
    TableName table, byte[] key, byte[] value, Position position, Long retryOf) {

  /** One that repeats nothing. */
  public TableRecord(TableName table, byte[] key, byte[] value, Position position) {
    this(table, key, value, position, null);
  }
}
