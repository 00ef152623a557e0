// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.daybook.schemas.topic.Lsn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * The offset as Debezium's engine sees it. It stores nothing: the offset is committed with the
 * events, in their Kafka transaction, and this only answers what was committed last.
 *
 * <p>The engine asks twice: at its start, to know where to go on, and after each batch, to tell
 * Postgres what the slot may forget. Both get {@link ResumePoint#start}. The answer deliberately
 * has no {@code lsn_proc}: with it the connector would search for a position first and skip by LSN,
 * which loses rows where several share one (its WalPositionLocator); without it the connector
 * streams from that commit on and drops nothing, and {@link StreamCursor} counts.
 */
public final class EngineOffsets implements OffsetBackingStore {
  static final String ID = "daybook.offsets.id";

  private static final Map<String, AtomicReference<Lsn>> OPEN = new ConcurrentHashMap<>();

  private AtomicReference<Lsn> committed;

  /** What a capture shares with the store that the engine creates by its class name. */
  static final class Committed implements AutoCloseable {
    private final String id = UUID.randomUUID().toString();
    private final AtomicReference<Lsn> start;

    /** With null the engine finds no offset and begins with a snapshot. */
    Committed(Lsn start) {
      this.start = new AtomicReference<>(start);
      OPEN.put(id, this.start);
    }

    String id() {
      return id;
    }

    void set(Lsn commit) {
      start.set(commit);
    }

    /** The last one, null while a snapshot is not complete. */
    Lsn get() {
      return start.get();
    }

    @Override
    public void close() {
      OPEN.remove(id);
    }
  }

  @Override
  public void configure(WorkerConfig config) {
    String id = config.originalsStrings().get(ID);
    committed = id == null ? null : OPEN.get(id);
    if (committed == null) {
      throw new IllegalStateException("No capture is open under " + ID + "=" + id);
    }
  }

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
    Map<ByteBuffer, ByteBuffer> answer = new HashMap<>();
    Lsn start = committed.get();
    for (ByteBuffer key : keys) {
      answer.put(key, start == null ? null : offset(start));
    }
    return CompletableFuture.completedFuture(answer);
  }

  private static ByteBuffer offset(Lsn start) {
    ObjectNode offset = JsonNodeFactory.instance.objectNode();
    offset.put("lsn", start.value());
    offset.put("lsn_commit", start.value());
    offset.put("ts_usec", 0L);
    return ByteBuffer.wrap(offset.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
    if (callback != null) {
      callback.onCompletion(null, null);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Set<Map<String, Object>> connectorPartitions(String connectorName) {
    return Set.of();
  }
}
