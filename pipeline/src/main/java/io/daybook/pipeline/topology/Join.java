// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Relation;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Watermark;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Joins children with their parent. Both arrive under the parent's key and are kept in one store,
 * all parents apart, all children of a parent in a row. A child that comes before its parent waits
 * there; when the parent changes, all its children are derived again, in slices.
 *
 * <p>To derive again is to send the difference to what was sent before, so it may happen any number
 * of times and in any order with the children's own changes.
 */
final class Join implements Processor<byte[], Message, byte[], Message> {
  /** Under which children's watermarks arrive. */
  static final String CHILDREN = "children";

  /** Under which the parent's watermarks arrive. */
  static final String PARENT = "parent";

  private static final Serializer<byte[]> PREFIX = new ByteArraySerializer();

  /**
   * What one join is made of.
   *
   * @param fact whose SELECT it belongs to
   * @param parent the relation that is joined here
   * @param result what becomes of the joined rows
   * @param sender under which its watermarks leave
   * @param partitions of every topic, and so the number of tasks that send to each task
   */
  record Settings(Fact fact, Relation parent, JoinResult result, String sender, int partitions) {

    /** All tasks that hold children send them, and all that hold parents which are elsewhere. */
    private Set<String> channels(TaskId task) {
      Set<String> channels = new HashSet<>(Channels.all(CHILDREN, partitions));
      channels.addAll(
          parentIsHere(fact, parent)
              ? Set.of(Channels.of(PARENT, task))
              : Channels.all(PARENT, partitions));
      return channels;
    }
  }

  /**
   * Whether a parent's rows are already where its children travel to: their partition is that of
   * its primary key, and no parents of its own must be joined first.
   */
  static boolean parentIsHere(Fact fact, Relation parent) {
    return parent.byPrimaryKey() && fact.parentsOf(parent).isEmpty();
  }

  /** What is kept of a child or a parent; {@code last} is the result's, and null for a parent. */
  private record Entry(long version, Object[][] rows, byte[] last) {}

  private final Settings settings;
  private final EarlyCommits commits;
  private final JoinedRowFormat format;
  private final boolean byPrimaryKey;

  private ProcessorContext<byte[], Message> context;
  private KeyValueStore<Bytes, byte[]> entries;
  private Slices slices;
  private Watermarks watermarks;

  /** Of the last record; what a slice derives bears it too. */
  private long timestamp;

  private Join(Settings settings, EarlyCommits commits) {
    this.settings = settings;
    this.commits = commits;
    this.format = new JoinedRowFormat(settings.fact);
    this.byPrimaryKey = settings.parent.byPrimaryKey();
  }

  static ProcessorSupplier<byte[], Message, byte[], Message> of(
      Settings settings, EarlyCommits commits) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], Message, byte[], Message> get() {
        return new Join(settings, commits);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.bytes(Stores.join(settings.fact, settings.parent)),
            Stores.bytes(Stores.slices(settings.fact, settings.parent)));
      }
    };
  }

  @Override
  public void init(ProcessorContext<byte[], Message> context) {
    this.context = context;
    this.watermarks = new Watermarks(settings.channels(context.taskId()));
    this.entries = context.getStateStore(Stores.join(settings.fact, settings.parent));
    String jobs = Stores.slices(settings.fact, settings.parent);
    this.slices =
        new Slices(
            context, context.getStateStore(jobs), this::deriveAgain, now -> forwardWatermark());
  }

  @Override
  public void process(Record<byte[], Message> record) {
    commits.processed(context, record.timestamp());
    timestamp = record.timestamp();
    if (record.value() instanceof Message.Mark mark) {
      watermarks.advance(mark);
      forwardWatermark();
    } else if (record.value() instanceof Message.Child child) {
      child(record.key(), child);
    } else if (record.value() instanceof Message.Parent parent) {
      parent(record.key(), parent);
    } else {
      throw new IllegalStateException("A join does not take " + record.value());
    }
  }

  private void child(byte[] parentKey, Message.Child child) {
    byte[] id = KeyFormat.concat(KeyFormat.children(parentKey), child.id());
    Bytes key = Bytes.wrap(id);
    Entry before = get(key);
    if (child.rows() == null) {
      if (before != null) {
        send(id, before, null, child.version());
        entries.delete(key);
      }
      return;
    }
    Entry parent = KeyFormat.isOrphan(parentKey) ? null : parent(parentKey);
    byte[] last = send(id, before, merge(child.rows(), parent), child.version());
    put(key, new Entry(child.version(), child.rows(), last));
  }

  /**
   * A parent with parents of its own reaches us from the partition of whichever parent it has, so
   * news of an old place can come after news of the new one. The version of its own row tells: the
   * same version in a new place is the place that counts.
   */
  private void parent(byte[] parentKey, Message.Parent parent) {
    Bytes key = Bytes.wrap(KeyFormat.concat(KeyFormat.parent(parentKey), parent.id()));
    Entry current = get(key);
    boolean gone = parent.rows() == null;
    boolean stale =
        current == null
            ? gone
            : parent.version() < current.version || (gone && parent.version() == current.version);
    if (stale) {
      return;
    }
    if (gone) {
      entries.delete(key);
    } else {
      put(key, new Entry(parent.version(), parent.rows(), null));
    }
    slices.start(Bytes.wrap(parentKey));
  }

  /** One slice of a parent's children. */
  private Bytes deriveAgain(Bytes parentKey, Bytes cursor) {
    Entry parent = parent(parentKey.get());
    byte[] first = KeyFormat.children(parentKey.get());
    Bytes end = Bytes.wrap(KeyFormat.after(first));
    int visited = 0;
    try (KeyValueIterator<Bytes, byte[]> children =
        entries.range(cursor == null ? Bytes.wrap(first) : cursor, end)) {
      while (children.hasNext()) {
        var each = children.next();
        if (each.key.equals(end)) {
          continue;
        }
        if (visited++ == Slices.LENGTH) {
          return each.key;
        }
        Entry child = read(each.value);
        byte[] last = send(each.key.get(), child, merge(child.rows, parent), child.version);
        if (!Arrays.equals(last, child.last)) {
          put(each.key, new Entry(child.version, child.rows, last));
        }
      }
    }
    return null;
  }

  /**
   * The parent under a key. Of two that stand under one value of a unique column, one has lost it,
   * and the message that says so is on its way; till then the first by primary key counts.
   */
  private Entry parent(byte[] key) {
    byte[] stored = KeyFormat.parent(key);
    if (byPrimaryKey) {
      return get(Bytes.wrap(stored));
    }
    try (KeyValueIterator<Bytes, byte[]> parents = entries.prefixScan(stored, PREFIX)) {
      return parents.hasNext() ? read(parents.next().value) : null;
    }
  }

  private byte[] send(byte[] id, Entry before, Object[][] after, long version) {
    return settings.result.changed(
        id,
        before == null ? null : before.rows,
        after,
        version,
        before == null ? null : before.last,
        (key, message) -> context.forward(new Record<>(key, message, timestamp)));
  }

  private static Object[][] merge(Object[][] child, Entry parent) {
    return parent == null ? child : JoinedRowFormat.merge(child, parent.rows);
  }

  private void forwardWatermark() {
    Watermark risen = slices.idle() ? watermarks.rise() : null;
    if (risen != null) {
      String channel = Channels.of(settings.sender, context.taskId());
      context.forward(
          new Record<>(ControlRecord.watermarkKey(), new Message.Mark(channel, risen), timestamp));
    }
  }

  private Entry get(Bytes key) {
    byte[] stored = entries.get(key);
    return stored == null ? null : read(stored);
  }

  private Entry read(byte[] stored) {
    return Binary.read(
        stored,
        in -> {
          long version = VarInt.read(in);
          Object[][] rows = format.read(in);
          return new Entry(version, rows, in.readBoolean() ? Binary.readBytes(in) : null);
        });
  }

  private void put(Bytes key, Entry entry) {
    byte[] bytes =
        Binary.write(
            out -> {
              VarInt.write(entry.version, out);
              format.write(entry.rows, out);
              out.writeBoolean(entry.last != null);
              if (entry.last != null) {
                Binary.writeBytes(entry.last, out);
              }
            });
    entries.put(key, bytes);
  }
}
