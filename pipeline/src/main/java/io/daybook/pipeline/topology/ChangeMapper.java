// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.Arrays;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Turns the changes of a table into what one fact makes of them; changes in columns that the fact
 * does not use end here. Watermarks pass under this processor's channel.
 */
final class ChangeMapper implements Processor<byte[], Message, byte[], Message> {

  /** What to send for a change of the used columns; either row may be null. */
  interface Mapping {
    void map(byte[] key, Object[][] before, Object[][] after, long version, Output output);
  }

  private final Projection projection;
  private final Mapping mapping;
  private final String channel;
  private ProcessorContext<byte[], Message> context;

  private ChangeMapper(Projection projection, Mapping mapping, String channel) {
    this.projection = projection;
    this.mapping = mapping;
    this.channel = channel;
  }

  static ProcessorSupplier<byte[], Message, byte[], Message> of(
      Projection projection, Mapping mapping, String channel) {
    return () -> new ChangeMapper(projection, mapping, channel);
  }

  @Override
  public void init(ProcessorContext<byte[], Message> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], Message> record) {
    if (record.value() instanceof Message.Mark mark) {
      String name = Channels.of(channel, context.taskId());
      context.forward(record.withValue(new Message.Mark(name, mark.watermark())));
      return;
    }
    if (!(record.value() instanceof Message.Change change)) {
      return; // the rows' doubts and quarantine have ways of their own
    }
    Object[][] before = projection.of(change.before());
    Object[][] after = projection.of(change.after());
    if (!Arrays.deepEquals(before, after)) {
      mapping.map(
          record.key(),
          before,
          after,
          change.version(),
          (key, message) -> context.forward(record.withKey(key).withValue(message)));
    }
  }
}
