// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.Config;
import io.daybook.schemas.topic.HealthRecord;
import io.daybook.schemas.topic.HealthRecord.Trouble;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the health topic how this process is: at once when something changes, and at an interval
 * in between, so that {@code status} can tell from anywhere what is wrong and since when.
 */
final class HealthReporter implements AutoCloseable {
  /** A process that has said nothing for three of these is taken for dead. */
  static final Duration EVERY = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(HealthReporter.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration SEND_WITHIN = Duration.ofSeconds(5);

  private final Installation installation;
  private final List<String> roles;
  private final Supplier<Map<String, String>> troubles;
  private final Clock clock;
  private final String instance;
  private Producer<byte[], byte[]> producer;
  private final Map<String, Instant> since = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "health");
            thread.setDaemon(true);
            return thread;
          });
  private HealthRecord last;

  /**
   * @param troubles what is wrong now, by part of the process
   */
  HealthReporter(
      Installation installation,
      List<String> roles,
      Supplier<Map<String, String>> troubles,
      Clock clock) {
    this.installation = installation;
    this.roles = roles;
    this.troubles = troubles;
    this.clock = clock;
    this.instance = instance(installation.config(), roles);
  }

  void start() {
    timer.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      Instant now = clock.instant();
      Map<String, String> wrong = troubles.get();
      since.keySet().retainAll(wrong.keySet());
      List<Trouble> all = new ArrayList<>();
      wrong.forEach(
          (part, what) ->
              all.add(new Trouble(part, what, since.computeIfAbsent(part, key -> now))));
      boolean changed = last == null || !last.troubles().equals(all);
      if (changed || Duration.between(last.at(), now).compareTo(EVERY) >= 0) {
        HealthRecord said = new HealthRecord(instance, roles, now, all);
        send(said.key(), said.value());
        last = said;
      }
    } catch (RuntimeException e) {
      LOG.warn("This process cannot say how it is: {}", e.getMessage());
    }
  }

  /** There is none before the brokers' names can be resolved. */
  private void send(byte[] key, byte[] value) {
    if (producer == null) {
      producer =
          new KafkaProducer<>(
              settings(installation.config()),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }
    producer.send(
        new ProducerRecord<>(installation.topics().health().name(), 0, key, value),
        (written, error) -> {
          if (error != null) {
            LOG.debug("This process cannot say how it is: {}", error.getMessage());
          }
        });
  }

  private static Map<String, Object> settings(Config config) {
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_WITHIN.toMillis());
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) SEND_WITHIN.toMillis());
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) SEND_WITHIN.toMillis());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    return settings;
  }

  private static String instance(Config config, List<String> roles) {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      LOG.debug("This machine has no name of its own: {}", e.getMessage());
      host = "unnamed";
    }
    return "%s:%s (%s)".formatted(host, config.stateDir(), String.join(", ", roles));
  }

  /** Says that this process has ended in order. */
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      if (!timer.awaitTermination(SEND_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("A look at the roles is still under way");
      }
      if (producer != null) {
        send(instance.getBytes(java.nio.charset.StandardCharsets.UTF_8), null);
      }
    } catch (KafkaException e) {
      LOG.debug("This process cannot say that it ends: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (producer != null) {
        producer.close(SEND_WITHIN);
      }
    }
  }
}
