// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.topic.ControlRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** What leaves for the rollup topic: results as they are, watermarks as control records. */
final class ResultSerde implements Serde<Message> {
  @Override
  public Serializer<Message> serializer() {
    return (topic, message) ->
        message instanceof Message.Mark mark
            ? ControlRecord.write(mark.watermark())
            : ((Message.Result) message).value();
  }

  @Override
  public Deserializer<Message> deserializer() {
    throw new IllegalStateException("A topology writes its rollup topic and never reads it");
  }
}
