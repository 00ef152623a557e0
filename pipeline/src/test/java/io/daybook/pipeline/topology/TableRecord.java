// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.LoadMark;
import io.daybook.schemas.topic.Position;

/**
 * A record of a table's CDC topic.
 *
 * @param value null for a tombstone
 * @param position null in a record that capture did not write
 * @param retryOf offset of the quarantined event that it repeats, null for none
 * @param mark of the load of its table
 */
public record TableRecord(
    TableName table, byte[] key, byte[] value, Position position, Long retryOf, LoadMark mark) {

  /** One of a table that was not read beside the stream. */
  public TableRecord(TableName table, byte[] key, byte[] value, Position position, Long retryOf) {
    this(table, key, value, position, retryOf, new LoadMark(0, false));
  }

  /** One that repeats nothing. */
  public TableRecord(TableName table, byte[] key, byte[] value, Position position) {
    this(table, key, value, position, null);
  }

  TableRecord with(LoadMark other) {
    return new TableRecord(table, key, value, position, retryOf, other);
  }
}
