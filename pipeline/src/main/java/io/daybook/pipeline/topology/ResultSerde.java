// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.topic.ControlRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** What leaves a topology: results and events as they are, watermarks as control records. */
final class ResultSerde implements Serde<Message> {
  @Override
  public Serializer<Message> serializer() {
    return (topic, message) -> bytes(message);
  }

  private static byte[] bytes(Message message) {
    if (message instanceof Message.Mark mark) {
      return ControlRecord.write(mark.watermark());
    } else if (message instanceof Message.Refreshed refreshed) {
      return ControlRecord.writeRefreshed(refreshed.id(), refreshed.complete());
    } else if (message instanceof Message.Quarantined quarantined) {
      return quarantined.event();
    }
    return ((Message.Result) message).value();
  }

  @Override
  public Deserializer<Message> deserializer() {
    throw new IllegalStateException("A topology never reads what it has written");
  }
}
