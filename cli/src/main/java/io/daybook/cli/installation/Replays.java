// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;

/** Asks Kafka how far generations have replayed their topics. */
public final class Replays implements AutoCloseable {
  private final TopicAdmin admin;
  private final StageLag lag;

  public Replays(Installation installation) {
    this(installation.topics(), installation.config().kafka());
  }

  /**
   * @param kafka properties of Kafka clients
   */
  Replays(Topics topics, Map<String, String> kafka) {
    this.admin = new TopicAdmin(kafka);
    this.lag = new StageLag(topics, admin);
  }

  /** Of one generation, which need not have begun. */
  public Replay of(Rollup rollup) throws InterruptedException {
    try {
      return lag.replay(rollup);
    } catch (ExecutionException e) {
      throw new KafkaException(
          "How far topics are replayed cannot be told: " + e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
