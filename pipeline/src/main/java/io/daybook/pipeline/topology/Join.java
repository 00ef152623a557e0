// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.contribution.CellAlgebra;
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
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Joins children with their parent. Both arrive under the parent's key and are kept in one store,
 * all parents apart, all children of a parent in a row. A child that comes before its parent waits
 * there; when the parent changes, all its children are derived again, in slices.
 *
 * <p>What a child has sent follows from its own rows and its parent's, so to derive it again is to
 * send the difference between what follows from the parent as it was and as it is. While slices are
 * under way the children before the cursor have the new parent, those behind it the old one; a
 * parent that changes meanwhile waits until they are done.
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
   * @param cells how changes of cells add up
   * @param sender under which its watermarks leave
   * @param partitions of every topic, and so the number of tasks that send to each task
   */
  record Settings(
      Fact fact,
      Relation parent,
      JoinResult result,
      CellAlgebra cells,
      String sender,
      int partitions) {

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

  /** What is kept of a child or a parent. */
  private record Entry(long version, Object[][] rows) {}

  private final Settings settings;
  private final Work work;
  private final JoinedRowFormat format;
  private final boolean byPrimaryKey;

  private ProcessorContext<byte[], Message> context;
  private KeyValueStore<Bytes, byte[]> entries;
  private Slices slices;
  private Positions positions;
  private Watermarks watermarks;

  /** Of the last record; what a slice derives bears it too. */
  private long timestamp;

  private Join(Settings settings, Work work) {
    this.settings = settings;
    this.work = work;
    this.format = new JoinedRowFormat(settings.fact);
    this.byPrimaryKey = settings.parent.byPrimaryKey();
  }

  static ProcessorSupplier<byte[], Message, byte[], Message> of(Settings settings, Work work) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<byte[], Message, byte[], Message> get() {
        return new Join(settings, work);
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.bytes(Stores.join(settings.fact, settings.parent)),
            Stores.bytes(Stores.slices(settings.fact, settings.parent)),
            BeforeCommit.builder(Stores.joinCommit(settings.fact, settings.parent)));
      }
    };
  }

  @Override
  public void init(ProcessorContext<byte[], Message> context) {
    this.context = context;
    this.watermarks = new Watermarks(settings.channels(context.taskId()));
    this.entries = context.getStateStore(Stores.join(settings.fact, settings.parent));
    KeyValueStore<Bytes, byte[]> jobs =
        context.getStateStore(Stores.slices(settings.fact, settings.parent));
    this.positions = new Positions(context, jobs, Slices.POSITIONS, work.ids());
    String commit = Stores.joinCommit(settings.fact, settings.parent);
    BeforeCommit.run(positions::write, commit, context);
    if (slices != null) {
      slices.stop();
    }
    this.slices = new Slices(context, jobs, this::deriveAgain, now -> forwardWatermark());
  }

  @Override
  public void process(Record<byte[], Message> record) {
    work.commits().processed(context, record.timestamp());
    timestamp = record.timestamp();
    if (isFromItsTopic() && !positions.isNew(record)) {
      return;
    }
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

  /** What a row store of this task sends has been looked at there; the clock's has no topic. */
  private boolean isFromItsTopic() {
    String own = context.applicationId() + "-";
    return context
        .recordMetadata()
        .map(RecordMetadata::topic)
        .filter(topic -> topic.startsWith(own))
        .isPresent();
  }

  private void child(byte[] parentKey, Message.Child child) {
    byte[] id = KeyFormat.concat(KeyFormat.children(parentKey), child.id());
    Bytes key = Bytes.wrap(id);
    Object[][] parent = KeyFormat.isOrphan(parentKey) ? null : parentOf(key, parentKey);
    Entry before = get(key);
    Object[][] was = before == null ? null : JoinedRowFormat.merge(before.rows, parent);
    if (child.rows() != null) {
      Object[][] now = JoinedRowFormat.merge(child.rows(), parent);
      settings.result.changed(id, was, now, child.version(), this::forward);
      put(key, new Entry(child.version(), child.rows()));
    } else if (before != null) {
      settings.result.changed(id, was, null, child.version(), this::forward);
      entries.delete(key);
    }
  }

  /** The parent that a child was last derived from. */
  private Object[][] parentOf(Bytes child, byte[] parentKey) {
    byte[] state = slices.state(Bytes.wrap(parentKey));
    if (state == null) {
      return parent(parentKey);
    }
    Derivation derivation = Derivation.read(state, format);
    return child.compareTo(derivation.next()) < 0 ? derivation.after() : derivation.before();
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
    Object[][] before = parent(parentKey);
    if (gone) {
      entries.delete(key);
    } else {
      put(key, new Entry(parent.version(), parent.rows()));
    }
    Bytes job = Bytes.wrap(parentKey);
    if (slices.state(job) == null) {
      Object[][] after = parent(parentKey);
      if (!Arrays.deepEquals(before, after)) {
        slices.start(job, new Derivation(null, before, after).write(format));
      }
    }
  }

  /** One slice of a parent's children. */
  private byte[] deriveAgain(Bytes parentKey, byte[] state) {
    Derivation derivation = Derivation.read(state, format);
    byte[] first = KeyFormat.children(parentKey.get());
    Bytes from = derivation.next() == null ? Bytes.wrap(first) : derivation.next();
    Bytes end = Bytes.wrap(KeyFormat.after(first));
    CombinedChanges changes = new CombinedChanges(settings.cells, this::forward);
    int visited = 0;
    try (KeyValueIterator<Bytes, byte[]> children = entries.range(from, end)) {
      while (children.hasNext()) {
        var each = children.next();
        if (each.key.equals(end)) {
          continue;
        }
        if (visited++ == work.sliceLength()) {
          changes.send();
          return derivation.at(each.key).write(format);
        }
        Entry child = read(each.value);
        Object[][] was = JoinedRowFormat.merge(child.rows, derivation.before());
        Object[][] now = JoinedRowFormat.merge(child.rows, derivation.after());
        settings.result.changed(each.key.get(), was, now, child.version, changes);
      }
    }
    changes.send();
    Object[][] latest = parent(parentKey.get());
    return Arrays.deepEquals(derivation.after(), latest)
        ? null
        : new Derivation(Bytes.wrap(first), derivation.after(), latest).write(format);
  }

  /**
   * The rows of the parent under a key, null for none. Of two that stand under one value of a
   * unique column, one has lost it, and the message that says so is on its way; till then the first
   * by primary key counts.
   */
  private Object[][] parent(byte[] key) {
    byte[] stored = KeyFormat.parent(key);
    if (byPrimaryKey) {
      Entry parent = get(Bytes.wrap(stored));
      return parent == null ? null : parent.rows;
    }
    try (KeyValueIterator<Bytes, byte[]> parents = entries.prefixScan(stored, PREFIX)) {
      return parents.hasNext() ? read(parents.next().value).rows : null;
    }
  }

  private void forward(byte[] key, Message message) {
    context.forward(new Record<>(key, message, timestamp));
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
    return Binary.read(stored, in -> new Entry(VarInt.read(in), format.read(in)));
  }

  private void put(Bytes key, Entry entry) {
    entries.put(
        key,
        Binary.write(
            out -> {
              VarInt.write(entry.version, out);
              format.write(entry.rows, out);
            }));
  }
}
