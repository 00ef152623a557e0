// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.config.ConfigReader;
import io.daybook.cli.installation.Installation;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Degradation;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Topic;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A recompute of all rollups under the load of {@code dev}, while readers poll: what they get is,
 * at any time, a value of the generation that it is said to be of.
 */
@Tag("faults")
class RecomputeLoadIT {
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(4);

  @TempDir Path folder;

  @Test
  void readersDoNotNotice() throws Exception {
    try (DevProcess dev =
        DevProcess.start(folder.resolve("dev"), "--rate", "250").awaitPublished(LOAD_LIMIT)) {
      Installation installation = new Installation(ConfigReader.read(dev.config(), Map.of()));
      List<Rollup> before = installation.installed();
      assertNoDifference(dev);
      List<PollingReader> readers = new ArrayList<>();
      try {
        for (Rollup rollup : before) {
          for (String workspace : workspaces(dev, rollup)) {
            readers.add(PollingReader.ofFunction(dev.owner(), rollup, workspace));
            readers.add(PollingReader.ofView(dev.owner(), rollup, workspace));
          }
        }
        Answer answer =
            Answer.of("recompute", "--wait", "--json", "--config", dev.config().toString());
        assertEquals(ExitCode.TRUE, answer.code(), answer.out() + answer.err());
        System.out.println(answer.err());
        assertNoDifference(dev);
      } finally {
        for (PollingReader reader : readers) {
          reader.close();
        }
      }
      assertNoDifference(dev);
      List<Rollup> after = installation.installed();
      assertEquals(Set.of(2), after.stream().map(Rollup::generation).collect(Collectors.toSet()));
      for (Rollup rollup : before) {
        Map<Integer, Set<List<String>>> written = new TreeMap<>();
        written.put(1, written(installation, rollup, 1));
        written.put(2, written(installation, rollup, 2));
        readers.stream()
            .filter(reader -> reader.rollup().equals(rollup))
            .forEach(reader -> assertAreOf(written, reader));
      }
    }
  }

  private static void assertAreOf(Map<Integer, Set<List<String>>> written, PollingReader reader) {
    assertEquals(List.of(), reader.errors());
    if (!reader.isOfView()) {
      assertEquals(Set.of(1, 2), reader.generations(), reader::toString);
    }
    for (PollingReader.Seen seen : reader.seen()) {
      boolean found =
          written.entrySet().stream()
              .filter(each -> seen.generation() == null || seen.generation().equals(each.getKey()))
              .anyMatch(each -> each.getValue().contains(seen.row()));
      assertTrue(found, () -> seen + " was never written, " + reader);
    }
    System.out.println("RecomputeLoadIT: " + reader);
  }

  /** Undecided keys, which change all the time, may be equal or not. */
  private static void assertNoDifference(DevProcess dev) throws Exception {
    Answer answer = Answer.of("verify", "--json", "--config", dev.config().toString());
    assertEquals(0, answer.json().get("differenceCount").asInt(-1), answer.out() + answer.err());
  }

  /** Those with most rows and some in the middle. */
  private static List<String> workspaces(DevProcess dev, Rollup rollup) throws Exception {
    List<String> all = new ArrayList<>();
    try (Connection owner = dev.owner();
        Statement statement = owner.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT workspace_id FROM daybook.%s GROUP BY 1 ORDER BY count(*) DESC, 1"
                    .formatted(rollup.name()))) {
      while (row.next()) {
        all.add(row.getString(1));
      }
    }
    return List.of(all.get(0), all.get(all.size() / 2));
  }

  /** Every row that was ever written to a generation's topic, keys and measures as text. */
  private static Set<List<String>> written(Installation installation, Rollup rollup, int number) {
    RollupRecords format = new RollupRecords(rollup);
    Topic topic = installation.topics().rollup(rollup.name(), number);
    Set<List<String>> written = new HashSet<>();
    for (int partition = 0; partition < topic.partitions(); partition++) {
      String kafka = installation.config().kafka().get("bootstrap.servers");
      for (ConsumerRecord<byte[], byte[]> record : CdcLog.records(kafka, topic, partition)) {
        if (!ControlRecord.isWatermark(record.key())
            && !Degradation.isKey(record.key())
            && record.value() != null) {
          List<String> row = new ArrayList<>(format.readKey(record.key()));
          row.addAll(format.readValue(record.value()));
          written.add(row);
        }
      }
    }
    return written;
  }
}
