// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A change event that a rollup could not read, with its original bytes as the value. A tombstone
 * under the same key says that it is settled: a later event of the row, a fence, or a retry.
 */
public final class QuarantineRecord {
  /** Header with the words of the error. */
  public static final String REASON = "daybook.reason";

  /** Header with the event's own key; missing where it had none. */
  public static final String KEY = "daybook.key";

  /**
   * Header of an event that is sent once more to its partition: the offset, in decimal digits, at
   * which it stood first. It counts only while nothing newer of its row has been read.
   */
  public static final String RETRY_OF = "daybook.retry-of";

  private static final ObjectMapper JSON = new ObjectMapper();

  private QuarantineRecord() {}

  /**
   * The key: which event of which rollup.
   *
   * @param topic the CDC topic that it came in
   */
  public record Place(String rollup, int generation, String topic, int partition, long offset) {

    /** {@code {"rollup":"r","generation":1,"topic":"t","partition":0,"offset":12}}. */
    public byte[] write() {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("rollup", rollup);
      node.put("generation", generation);
      node.put("topic", topic);
      node.put("partition", partition);
      node.put("offset", offset);
      return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Of key bytes. */
    public static Place read(byte[] key) {
      try {
        JsonNode node = JSON.readTree(key);
        return new Place(
            node.required("rollup").textValue(),
            node.required("generation").intValue(),
            node.required("topic").textValue(),
            node.required("partition").intValue(),
            node.required("offset").longValue());
      } catch (IOException e) {
        throw new UncheckedIOException("The key of a quarantine record is no JSON", e);
      }
    }
  }

  /** The offset that a retried event stood at first, or null for any other event. */
  public static Long retryOf(Headers headers) {
    Header header = headers.lastHeader(RETRY_OF);
    return header == null
        ? null
        : Long.valueOf(new String(header.value(), StandardCharsets.US_ASCII));
  }
}
