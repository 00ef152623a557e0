// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Reads {@link Topics#quarantine()}, and sends its events once more; the topic must exist. */
public final class QuarantineTopic {
  private final Topic topic;
  private final Map<String, Object> kafka;

  /**
   * An event that stands in quarantine.
   *
   * @param key null where it came without one
   * @param event its original bytes
   * @param position as in {@link Position#HEADER}; null where it had none
   * @param time of its record in the CDC topic
   */
  public record Entry(
      QuarantineRecord.Place place,
      String reason,
      byte[] key,
      byte[] event,
      String position,
      Instant time) {}

  /**
   * Opens nothing yet.
   *
   * @param kafka properties of Kafka clients, bootstrap servers among them
   */
  public QuarantineTopic(Topics topics, Map<String, String> kafka) {
    this.topic = topics.quarantine();
    this.kafka = Map.copyOf(kafka);
  }

  /** All that stand now. */
  public List<Entry> load() {
    return NewestRecords.read(kafka, topic).values().stream().map(QuarantineTopic::entry).toList();
  }

  /** Settles all events of a generation that is gone. */
  public void forget(String rollup, int generation) {
    send(
        load().stream()
            .map(Entry::place)
            .filter(place -> place.rollup().equals(rollup) && place.generation() == generation)
            .map(place -> new ProducerRecord<byte[], byte[]>(topic.name(), 0, place.write(), null))
            .toList());
  }

  private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
    return new Entry(
        QuarantineRecord.Place.read(record.key()),
        text(record.headers(), QuarantineRecord.REASON),
        bytes(record.headers(), QuarantineRecord.KEY),
        record.value(),
        text(record.headers(), Position.HEADER),
        Instant.ofEpochMilli(record.timestamp()));
  }

  /**
   * Sends the events once more to the partitions that they came in; returns when the broker has
   * them. Each counts only as long as nothing newer of its row has been read, so it does no harm
   * where that happens meanwhile.
   *
   * @param entries with keys
   * @return how many were sent: an event that several rollups could not read goes once
   */
  public int retry(Collection<Entry> entries) {
    Map<String, Entry> once = new LinkedHashMap<>();
    for (Entry each : entries) {
      QuarantineRecord.Place place = each.place();
      once.put(place.topic() + "-" + place.partition() + "@" + place.offset(), each);
    }
    send(once.values().stream().map(QuarantineTopic::record).toList());
    return once.size();
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.RECORD_BYTES_MAX);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> each : records) {
        producer.send(each).get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("An event could not be sent: " + e.getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("Interrupted while events were sent", e);
    }
  }

  private static ProducerRecord<byte[], byte[]> record(Entry entry) {
    QuarantineRecord.Place place = entry.place();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(place.topic(), place.partition(), entry.key(), entry.event());
    record.headers().add(QuarantineRecord.RETRY_OF, ascii(Long.toString(place.offset())));
    if (entry.position() != null) {
      record.headers().add(Position.HEADER, ascii(entry.position()));
    }
    return record;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(Headers headers, String name) {
    byte[] bytes = bytes(headers, name);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }
}
