// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Fact;
import io.daybook.schemas.definition.Relation;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

/** The state stores of a topology: their names, which bind state to code, and their settings. */
final class Stores {
  /** The accumulators, in windows of one day. */
  static final String CELLS = "cells";

  /** Holds nothing: it is how the cells learn of a commit. */
  static final String CELLS_COMMIT = "cells-commit";

  /** Spans every day Postgres can hold, so that no day is ever too late. */
  private static final Duration EVERY_DAY = Duration.ofMillis(200_000_000_000_000_000L);

  /** Kafka Streams makes segments of half of what is retained. */
  static final int CELL_SEGMENTS = 2;

  static final long CELL_SEGMENT_MS = EVERY_DAY.toMillis() / 2;

  /** Rows whose contribution is not known, by workspace. */
  static final String DOUBTS = "doubts";

  private Stores() {}

  static String rows(Table table) {
    return "rows-" + legal(table.name().toString());
  }

  /** Holds nothing: it is how a row store learns of a commit. */
  static String rowsCommit(Table table) {
    return rows(table) + "-commit";
  }

  static String fences(Table table) {
    return "fences-" + legal(table.name().toString());
  }

  static String join(Fact fact, Relation parent) {
    return "join-" + legal(fact.name()) + "-" + legal(parent.alias());
  }

  /** Holds nothing: it is how a join learns of a commit. */
  static String joinCommit(Fact fact, Relation parent) {
    return join(fact, parent) + "-commit";
  }

  static String slices(Fact fact, Relation parent) {
    return "slices-" + legal(fact.name()) + "-" + legal(parent.alias());
  }

  static StoreBuilder<KeyValueStore<Bytes, byte[]>> bytes(String name) {
    return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
            org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name),
            Serdes.Bytes(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  static StoreBuilder<WindowStore<Bytes, byte[]>> cells() {
    return org.apache.kafka.streams.state.Stores.windowStoreBuilder(
            org.apache.kafka.streams.state.Stores.persistentWindowStore(
                CELLS, EVERY_DAY, Duration.ofDays(1), false),
            Serdes.Bytes(),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(Map.of());
  }

  /**
   * A name made of what the name of a store or topic can hold, different for different names: other
   * characters become {@code __hex_}, and so does the second of two underscores.
   */
  static String legal(String name) {
    StringBuilder legal = new StringBuilder();
    char previous = 0;
    for (char c : name.toCharArray()) {
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      boolean plain = letter || c == '.' || c == '-' || (c == '_' && previous != '_');
      legal.append(plain ? String.valueOf(c) : "__" + Integer.toHexString(c) + "_");
      previous = c;
    }
    return legal.toString();
  }
}
