// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.text.Durations;
import io.daybook.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
  private static final Duration DROPS_EVERY = Duration.ofSeconds(5);
  private static final Duration TRANSACTIONS_EVERY = Duration.ofSeconds(1);

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

  /** Replaced when one comes or goes, so that nobody who looks waits for one that ends. */
  private volatile List<Application> applications = List.of();

  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "aggregate-watch");
            thread.setDaemon(true);
            return thread;
          });
  private boolean started;

  /** Prepares the role; {@link #start} runs it. */
  public Aggregate(Settings settings, List<Rollup> rollups) {
    this.settings = settings;
    run(rollups);
  }

  /** What runs one generation of a rollup. */
  private static final class Application {
    private final Rollup rollup;
    private final KafkaStreams streams;
    private final Counters counters = new Counters();
    private final Restoration restoration;
    private final Drops drops;
    private final AbandonedTransactions abandoned;
    private final BrokerTopicIds ids;
    private volatile Throwable failure;

    private Application(Rollup rollup, Settings settings, Properties properties) {
      this.rollup = rollup;
      this.restoration = new Restoration(rollup.label());
      this.ids = new BrokerTopicIds(settings.kafka);
      EarlyCommits commits = new EarlyCommits();
      this.streams =
          new KafkaStreams(
              RollupTopology.of(rollup, settings.topics, Work.of(counters, commits, ids)),
              properties,
              new PacedClients(commits));
      this.drops = new Drops(rollup, settings.topics, settings.kafka, streams);
      String id = properties.getProperty(StreamsConfig.APPLICATION_ID_CONFIG);
      this.abandoned = new AbandonedTransactions(id, settings.kafka, streams);
      streams.setGlobalStateRestoreListener(restoration);
      streams.setUncaughtExceptionHandler(this::stopped);
    }

    private boolean isOf(Rollup other) {
      return rollup.is(other.name(), other.generation());
    }

    private StreamThreadExceptionResponse stopped(Throwable cause) {
      log.error("aggregate {} stops: {}", rollup.label(), cause.getMessage(), cause);
      failure = cause;
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
  }

  /** Starts what was prepared; what {@link #run} brings afterwards starts at once. */
  public synchronized void start() {
    started = true;
    deleteStateOfOthers();
    applications.forEach(each -> each.streams.start());
    watch(each -> each.drops.look(), DROPS_EVERY);
    watch(each -> each.abandoned.look(), TRANSACTIONS_EVERY);
  }

  private void watch(Consumer<Application> look, Duration every) {
    long millis = every.toMillis();
    watch.scheduleWithFixedDelay(
        () -> applications.forEach(look), millis, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Runs these from now on, and no others. Comes back when those that it is to leave have left
   * their groups; their local state is deleted, since changelogs have it, too.
   */
  public synchronized void run(List<Rollup> wanted) {
    List<Application> staying = new ArrayList<>();
    List<Application> leaving = new ArrayList<>();
    for (Application each : applications) {
      boolean stays = wanted.stream().anyMatch(each::isOf);
      (stays ? staying : leaving).add(each);
    }
    applications = List.copyOf(staying);
    leaving.forEach(this::leave);
    for (Rollup rollup : wanted) {
      if (staying.stream().noneMatch(each -> each.isOf(rollup))) {
        Application application = new Application(rollup, settings, properties(rollup));
        staying.add(application);
        applications = List.copyOf(staying);
        if (started) {
          log.info("aggregate {} starts", rollup.label());
          application.streams.start();
        }
      }
    }
  }

  private void leave(Application application) {
    log.info("aggregate {} ends", application.rollup.label());
    if (close(application)) {
      LocalState.delete(Path.of(settings.stateDir), applicationId(application.rollup));
    }
  }

  /** Folders of generations that went while this process was away. */
  private void deleteStateOfOthers() {
    Set<String> own =
        applications.stream().map(each -> applicationId(each.rollup)).collect(Collectors.toSet());
    LocalState.deleteOthers(Path.of(settings.stateDir), settings.topics, own);
  }

  /** What each rollup's processors have done since the start, by {@link Rollup#label}. */
  public Map<String, Counters> counters() {
    Map<String, Counters> counters = new LinkedHashMap<>();
    applications.forEach(each -> counters.put(each.rollup.label(), each.counters));
    return counters;
  }

  /** The state of each rollup's application, by {@link Rollup#label}. */
  public Map<String, KafkaStreams.State> states() {
    Map<String, KafkaStreams.State> states = new LinkedHashMap<>();
    applications.forEach(each -> states.put(each.rollup.label(), each.streams.state()));
    return states;
  }

  /**
   * How far state is restored, in words, by {@link Rollup#label} of each one of which some is
   * missing.
   */
  public Map<String, String> restoring() {
    Map<String, String> restoring = new LinkedHashMap<>();
    applications.forEach(
        each ->
            each.restoration
                .progress()
                .ifPresent(progress -> restoring.put(each.rollup.label(), progress.text())));
    return restoring;
  }

  /** What has ended one of the applications for good. */
  public Optional<Throwable> failure() {
    return applications.stream().map(each -> each.failure).filter(Objects::nonNull).findFirst();
  }

  /** Leaves the groups, so that others (or the next start) take over at once. */
  @Override
  public synchronized void close() {
    watch.shutdownNow();
    applications.forEach(Aggregate::close);
  }

  private static boolean close(Application application) {
    CloseOptions options =
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_LIMIT);
    boolean closed = application.streams.close(options);
    application.ids.close();
    if (!closed) {
      log.warn(
          "aggregate {} did not close within {}",
          application.rollup.label(),
          Durations.text(CLOSE_LIMIT));
    }
    return closed;
  }

  private String applicationId(Rollup rollup) {
    return settings.topics.aggregateId(rollup.name(), rollup.generation());
  }

  private Properties properties(Rollup rollup) {
    Properties properties = new Properties();
    properties.putAll(settings.kafka);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(rollup));
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
    // Members learn so that another one is gone.
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), "1000");
    properties.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), "100");
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SharedRocksDb.class);
    properties.putAll(settings.streams);
    return properties;
  }
}
