// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Position;

/** A record of a table's CDC topic; {@code value} is null for a tombstone. */
public record TableRecord(TableName table, byte[] key, byte[] value, Position position) {}
