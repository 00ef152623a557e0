// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.Position;
import io.daybook.schemas.topic.QuarantineRecord;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Puts events of one task's partition into the quarantine topic, and takes them out again. */
final class Quarantine {
  private final Rollup rollup;
  private final String topic;
  private final ProcessorContext<byte[], Message> context;

  /**
   * @param topic that the events come in
   */
  Quarantine(Rollup rollup, String topic, ProcessorContext<byte[], Message> context) {
    this.rollup = rollup;
    this.topic = topic;
    this.context = context;
  }

  /** Keeps the event that is being processed, as it came. */
  void put(Record<byte[], byte[]> event, String reason) {
    Headers headers = new RecordHeaders();
    headers.add(QuarantineRecord.REASON, reason.getBytes(StandardCharsets.UTF_8));
    if (event.key() != null) {
      headers.add(QuarantineRecord.KEY, event.key());
    }
    Header position = event.headers().lastHeader(Position.HEADER);
    if (position != null) {
      headers.add(position);
    }
    context.forward(
        new Record<>(
            key(context.recordMetadata().orElseThrow().offset()),
            (Message) new Message.Quarantined(event.value()),
            event.timestamp(),
            headers));
  }

  /** A later event, or a fence, has settled the one at an offset of the same partition. */
  void release(long offset, long timestamp) {
    context.forward(new Record<>(key(offset), new Message.Quarantined(null), timestamp));
  }

  private byte[] key(long offset) {
    return new QuarantineRecord.Place(
            rollup.name(), rollup.generation(), topic, context.taskId().partition(), offset)
        .write();
  }
}
