// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CDC topics that keep rows for a time only, and what is told to who would replay more of them. */
@Tag("faults")
class RetentionIT {
  @TempDir Path folder;
  private TripSite site;

  @AfterEach
  void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void whatTopicsHaveLostIsSaidAndReadAgainWhenAskedFor() throws Exception {
    site = TripSite.start(folder, "cdc.retention: 168h");
    Topic trips = site.rig().installation().topics().cdc(new TableName("public", "trip"));
    assertEquals("compact,delete 604800000", retention(trips));
    site.assertEqual();
    deleteAll(trips);

    assertRefused(trips, site.run("recompute"));
    assertRefused(trips, site.run("recompute", "--dry-run"));
    assertEquals(1, site.generation());
    site.execute(
        "INSERT INTO trip SELECT n, 'red', date '2026-02-01', n FROM"
            + " generate_series(20000, 20100) n");
    site.assertEqual();

    Answer again = site.succeed("recompute", "--resnapshot", "--wait");
    assertTrue(again.err().contains("readers have it"), again.err());
    assertEquals(2, site.generation());
    site.assertEqual();

    // What was lost lies before what is replayed now.
    site.succeed("recompute", "--wait");
    assertEquals(3, site.generation());
    site.assertEqual();
    deleteAll(trips);
    assertRefused(trips, site.run("recompute"));

    // A rollup that is added begins with a snapshot that nobody had to ask for.
    Path added = Files.createDirectories(folder.resolve("rollups/added_daily"));
    Files.writeString(added.resolve("trips.sql"), TripSite.TRIPS);
    site.succeed("migrate");
    site.rig()
        .await(
            "the added rollup",
            () ->
                site.query(
                        "SELECT served_from || ' ' || reason"
                            + " FROM daybook.source_of_added_daily('red')")
                    .equals("rollup running"));
    site.assertEqual();
  }

  private static void assertRefused(Topic topic, Answer answer) {
    assertTrue(answer.code() != ExitCode.TRUE, answer::err);
    String said = answer.err();
    assertTrue(said.contains("the topic " + topic.name() + " has lost rows"), said);
    assertTrue(said.contains("cdc.retention is 7 days"), said);
    assertTrue(said.contains("'daybook recompute trips_daily --resnapshot'"), said);
  }

  private String retention(Topic topic) throws Exception {
    try (TopicAdmin admin = admin()) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
      var config = admin.client().describeConfigs(List.of(resource)).all().get().get(resource);
      return config.get("cleanup.policy").value() + " " + config.get("retention.ms").value();
    }
  }

  /** As brokers do it with segments that are old enough. */
  private void deleteAll(Topic topic) throws Exception {
    try (TopicAdmin admin = admin()) {
      Map<TopicPartition, Long> ends =
          admin.ends(topic.topicPartitions(), IsolationLevel.READ_COMMITTED);
      admin
          .client()
          .deleteRecords(
              ends.keySet().stream()
                  .collect(
                      Collectors.toMap(
                          Function.identity(),
                          each -> RecordsToDelete.beforeOffset(ends.get(each)))))
          .all()
          .get();
    }
  }

  private TopicAdmin admin() {
    return new TopicAdmin(site.rig().installation().config().kafka());
  }
}
