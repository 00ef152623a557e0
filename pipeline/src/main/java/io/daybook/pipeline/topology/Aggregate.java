// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.text.Durations;
import io.daybook.schemas.topic.Topics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The role that keeps the aggregates: one Streams application for each rollup's generation. */
public final class Aggregate implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Aggregate.class);
  private static final int PRODUCER_BATCH_BYTES = 128 << 10;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);
  private static final Duration WATCH_EVERY = Duration.ofSeconds(5);

  /**
   * What the role needs.
   *
   * @param topics names and partitions
   * @param stateDir where local state lives between starts
   * @param kafka properties of every Kafka client, bootstrap servers among them
   * @param streams properties that override what is set here
   */
  public record Settings(
      Topics topics, String stateDir, Map<String, String> kafka, Map<String, String> streams) {
    /** Without what is passed through, which may hold passwords. */
    @Override
    public String toString() {
      return "aggregate of " + topics + " in " + stateDir;
    }
  }

  private final Settings settings;
  private final Consumer<Throwable> onFailure;
  private final Map<Rollup, KafkaStreams> applications = new LinkedHashMap<>();
  private final Map<String, Counters> counters = new LinkedHashMap<>();
  private final Map<String, Restoration> restorations = new LinkedHashMap<>();
  private final List<Drops> drops = new ArrayList<>();
  private final BrokerTopicIds ids;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "aggregate-watch");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Prepares the role; {@link #start} runs it.
   *
   * @param onFailure called once for each application that stops for good
   */
  public Aggregate(Settings settings, List<Rollup> rollups, Consumer<Throwable> onFailure) {
    this.settings = settings;
    this.onFailure = onFailure;
    this.ids = new BrokerTopicIds(settings.kafka);
    for (Rollup rollup : rollups) {
      Counters own = new Counters();
      EarlyCommits commits = new EarlyCommits();
      counters.put(rollup.name(), own);
      KafkaStreams streams =
          new KafkaStreams(
              RollupTopology.of(rollup, settings.topics, Work.of(own, commits, ids)),
              properties(rollup),
              new PacedClients(commits));
      Restoration restoration = new Restoration(rollup.name());
      restorations.put(rollup.name(), restoration);
      streams.setGlobalStateRestoreListener(restoration);
      streams.setUncaughtExceptionHandler(failure -> stopped(rollup, failure));
      applications.put(rollup, streams);
      drops.add(new Drops(rollup, settings.topics, settings.kafka, streams));
    }
  }

  public void start() {
    applications.values().forEach(KafkaStreams::start);
    long every = WATCH_EVERY.toMillis();
    watch.scheduleWithFixedDelay(
        () -> drops.forEach(Drops::look), every, every, TimeUnit.MILLISECONDS);
  }

  /** What each rollup's processors have done since the start, by rollup name. */
  public Map<String, Counters> counters() {
    return Map.copyOf(counters);
  }

  /** The state of each rollup's application, by rollup name. */
  public Map<String, KafkaStreams.State> states() {
    Map<String, KafkaStreams.State> states = new LinkedHashMap<>();
    applications.forEach((rollup, streams) -> states.put(rollup.name(), streams.state()));
    return states;
  }

  /** How far state is restored, in words, by the name of each rollup of which some is missing. */
  public Map<String, String> restoring() {
    Map<String, String> restoring = new LinkedHashMap<>();
    restorations.forEach(
        (rollup, each) ->
            each.progress().ifPresent(progress -> restoring.put(rollup, progress.text())));
    return restoring;
  }

  /** Leaves the groups, so that others (or the next start) take over at once. */
  @Override
  public void close() {
    watch.shutdownNow();
    CloseOptions options =
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_LIMIT);
    for (Map.Entry<Rollup, KafkaStreams> each : applications.entrySet()) {
      if (!each.getValue().close(options)) {
        log.warn(
            "aggregate {} did not close within {}",
            each.getKey().name(),
            Durations.text(CLOSE_LIMIT));
      }
    }
    ids.close();
  }

  private StreamThreadExceptionResponse stopped(Rollup rollup, Throwable failure) {
    log.error("aggregate {} stops: {}", rollup.name(), failure.getMessage(), failure);
    onFailure.accept(failure);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** Names this process across restarts: no two can hold one state folder of one machine. */
  private String instance() {
    String folder = Path.of(settings.stateDir).toAbsolutePath().normalize().toString();
    return Stores.legal(hostName()) + "-" + Integer.toHexString(folder.hashCode());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      log.info("this machine has no name of its own: {}", e.getMessage());
      return "unnamed";
    }
  }

  private Properties properties(Rollup rollup) {
    Properties properties = new Properties();
    properties.putAll(settings.kafka);
    properties.put(
        StreamsConfig.APPLICATION_ID_CONFIG,
        settings.topics.aggregateId(rollup.name(), rollup.generation()));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    // The longest; EarlyCommits asks for them sooner. Polls cap the
    // rate of commits when traffic is low.
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "1000");
    properties.put(StreamsConfig.POLL_MS_CONFIG, "10");
    // Inputs need not be merged by time here, and looking whether they could be costs a fifth of
    // the thread's time.
    properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, "-1");
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), "5");
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG),
        Integer.toString(PRODUCER_BATCH_BYTES));
    // Rows are as large as they are: what capture may write must pass internal topics, too.
    String largest = Integer.toString(Topics.RECORD_BYTES_MAX);
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), largest);
    properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), largest);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), "10000");
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), "100");
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDb.class);
    properties.putAll(settings.streams);
    return properties;
  }
}
