// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.topic.Position;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a task's state has come in each topic that it is made of, kept in the transactions of the
 * state itself.
 *
 * <p>Under exactly-once the group's committed offsets say the same. They may be lost without the
 * state: brokers forget those of a group that has been away for {@code offsets.retention.minutes},
 * people set them back, and a coordinator that starts again has been seen to serve old ones. What
 * is read once more then must not count once more.
 *
 * <p>A topic that was created anew begins with offset 0 again, and is told apart by its id. One
 * that was set back is captured anew in a higher epoch, from whose first record on its offsets
 * count.
 */
final class Positions {
  private static final Logger LOG = LoggerFactory.getLogger(Positions.class);

  /** Of what is captured by nobody, and of topics within the topology. */
  private static final int NO_EPOCH = 0;

  private final ProcessorContext<?, ?> context;
  private final KeyValueStore<Bytes, byte[]> store;
  private final Bytes key;
  private final TopicIds ids;
  private final Map<String, Reached> positions = new TreeMap<>();
  private boolean changed;
  private final Set<String> looked = new HashSet<>();

  /**
   * @param id of the topic
   * @param epoch the highest that state has records of
   * @param next offset of the first record that state does not have
   */
  private record Reached(String id, int epoch, long next) {}

  /**
   * Goes on from what the store has.
   *
   * @param key under which it stands there; that of nothing else
   */
  Positions(
      ProcessorContext<?, ?> context, KeyValueStore<Bytes, byte[]> store, Bytes key, TopicIds ids) {
    this.context = context;
    this.store = store;
    this.key = key;
    this.ids = ids;
    byte[] kept = store.get(key);
    if (kept != null) {
      Binary.read(
          kept,
          in -> {
            for (long left = VarInt.read(in); left > 0; left--) {
              String topic = in.readUTF();
              String id = in.readUTF();
              positions.put(topic, new Reached(id, (int) VarInt.read(in), VarInt.read(in)));
            }
            return null;
          });
    }
    positions.replaceAll(this::ofSameTopic);
  }

  private Reached ofSameTopic(String topic, Reached position) {
    String id = ids.of(topic);
    if (id.equals(position.id)) {
      return position;
    }
    LOG.warn("The topic {} was created anew: it is read from its beginning", topic);
    changed = true;
    return new Reached(id, position.epoch, 0);
  }

  /**
   * Whether state does not have this record, which is the one that is being processed; it is taken
   * to have it from now on.
   */
  boolean isNew(Record<?, ?> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    int epoch = Position.epoch(record.headers());
    Reached reached = positions.get(place.topic());
    if (reached == null) {
      reached = new Reached(ids.of(place.topic()), NO_EPOCH, 0);
    }
    if (isBehind(place, epoch, reached) && !looked.contains(place.topic())) {
      reached = look(place, reached);
    }
    if (isBehind(place, epoch, reached)) {
      return false;
    }
    int highest = Math.max(epoch, reached.epoch);
    positions.put(place.topic(), new Reached(reached.id, highest, place.offset() + 1));
    changed = true;
    return true;
  }

  private static boolean isBehind(RecordMetadata place, int epoch, Reached reached) {
    return place.offset() < reached.next && epoch <= reached.epoch;
  }

  /** Before anything is passed over: is it still the same topic? */
  private Reached look(RecordMetadata place, Reached reached) {
    Reached now = ofSameTopic(place.topic(), reached);
    if (now.next > 0) {
      looked.add(place.topic());
      LOG.warn(
          "{}-{} is read again from offset {} on; what lies before {} has been counted and is"
              + " passed over",
          place.topic(),
          place.partition(),
          place.offset(),
          now.next);
    }
    return now;
  }

  /** To be called before each commit. */
  void write() {
    if (!changed) {
      return;
    }
    store.put(
        key,
        Binary.write(
            out -> {
              VarInt.write(positions.size(), out);
              for (Map.Entry<String, Reached> each : positions.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeUTF(each.getValue().id);
                VarInt.write(each.getValue().epoch, out);
                VarInt.write(each.getValue().next, out);
              }
            }));
    changed = false;
  }
}
