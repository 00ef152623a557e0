// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.topic.Degradation;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Adds up, for each workspace and for the rollup as a whole, the rows whose contribution is not
 * known. Like cells they change once a commit, and go out as absolute values.
 */
final class Doubts {
  private static final Doubt NONE = new Doubt(0, null);

  private final KeyValueStore<Bytes, byte[]> store;
  private final Map<Bytes, Doubt> touched = new LinkedHashMap<>();

  /** Rows may be below zero for an instant, while a retraction has overtaken what it retracts. */
  private record Doubt(long rows, String reason) {
    private boolean isShown() {
      return rows > 0;
    }
  }

  /** Takes a record for the rollup topic; a null value is a tombstone. */
  interface Output {
    void send(byte[] key, byte[] value);
  }

  Doubts(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  void add(byte[] key, Message.Doubt change) {
    touched.compute(
        Bytes.wrap(key),
        (bytes, known) -> {
          Doubt before = known == null ? stored(bytes) : known;
          String reason = change.reason() == null ? before.reason : change.reason();
          return new Doubt(before.rows + change.rows(), reason);
        });
  }

  /** Writes and sends what has changed since the last time. */
  void send(Output output) {
    touched.forEach((key, now) -> send(key, now, output));
    touched.clear();
  }

  private void send(Bytes key, Doubt now, Output output) {
    Doubt before = stored(key);
    if (now.rows == before.rows) {
      return;
    }
    store.put(key, now.rows == 0 ? null : write(now));
    if (now.isShown()) {
      output.send(key.get(), new Degradation(now.rows, now.reason).write());
    } else if (before.isShown()) {
      output.send(key.get(), null);
    }
  }

  private Doubt stored(Bytes key) {
    byte[] bytes = store.get(key);
    return bytes == null
        ? NONE
        : Binary.read(bytes, in -> new Doubt(VarInt.read(in), Binary.readText(in)));
  }

  private static byte[] write(Doubt doubt) {
    return Binary.write(
        out -> {
          VarInt.write(doubt.rows, out);
          Binary.writeText(doubt.reason == null ? "" : doubt.reason, out);
        });
  }
}
