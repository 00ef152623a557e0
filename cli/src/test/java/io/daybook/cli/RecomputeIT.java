// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.topic.TopicAdmin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code daybook recompute}: another generation, from its beginning to the last thing it leaves.
 */
class RecomputeIT {
  @TempDir Path folder;
  private TripSite site;

  @AfterEach
  void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void readersGetTheNextGenerationAndMayHaveTheOneBeforeBack() throws Exception {
    site = TripSite.start(folder, "recompute.keep: 1h");
    site.execute(
        "UPDATE trip SET fleet = 'blue' WHERE id % 100 = 0", "DELETE FROM trip WHERE id = 7");
    site.assertEqual();
    long version = site.version("green");
    Answer dry = site.run("recompute", "--dry-run");
    assertEquals(ExitCode.TRUE, dry.code(), dry.err());
    assertTrue(dry.err().contains("generation 2 would be built"), dry.err());

    Answer waited = site.run("recompute", "--wait", "--json");
    assertEquals(ExitCode.TRUE, waited.code(), waited.err());
    assertTrue(waited.out().contains("\"generation\":2,\"phase\":\"current\""), waited.out());
    assertEquals(2, site.generation());
    site.assertEqual();
    site.rig().await("a new version", () -> site.version("green") > version);
    site.execute("UPDATE trip SET km = km + 1 WHERE id % 50 = 0");
    site.assertEqual();
    site.rig().await("the one before frozen", () -> members("it-aggregate-trips_daily-g1") == 0);
    site.rig().await("its sink, too", () -> members("it-sink-trips_daily-g1") == 0);

    long before = site.version("green");
    Answer back = site.run("recompute", "--rollback");
    assertEquals(ExitCode.TRUE, back.code(), back.err());
    assertEquals(1, site.generation());
    site.rig().await("a new version", () -> site.version("green") > before);
    site.awaitRunning();
    site.assertEqual();
    assertEquals(ExitCode.TRUE, site.run("recompute", "--rollback").code());
    assertEquals(2, site.generation());
    site.awaitRunning();
    site.assertEqual();
  }

  @Test
  @Tag("faults")
  void whatIsLetGoOfLeavesNothing() throws Exception {
    site = TripSite.start(folder, "recompute.keep: 0ms");
    Answer ready = site.run("recompute", "--wait", "--no-swap");
    assertEquals(ExitCode.TRUE, ready.code(), ready.err());
    assertTrue(ready.err().contains("verified, and waits"), ready.err());
    assertEquals(1, site.generation());
    assertEquals(ExitCode.TRUE, site.run("recompute", "--abort").code());
    assertEquals(ExitCode.FALSE, site.run("recompute", "--abort").code());
    awaitNothingButGeneration(1);

    Answer third = site.run("recompute", "--wait");
    assertEquals(ExitCode.TRUE, third.code(), third.err());
    assertTrue(third.err().contains("generation 3 of trips_daily"), third.err());
    awaitNothingButGeneration(3);
    site.execute("INSERT INTO trip VALUES (9001, 'red', '2026-02-01', 5)");
    site.assertEqual();
    assertEquals(ExitCode.FALSE, site.run("recompute", "--rollback").code());

    site.rig().stopRoles();
    site.rig().migrate();
    assertEquals(3, site.rig().rollups().get(0).generation());
    site.rig().startRoles(false);
    site.awaitRunning();
    site.assertEqual();
    awaitNothingButGeneration(3);
  }

  @Test
  @Tag("faults")
  void afterTenNothingIsLeftOver() throws Exception {
    site = TripSite.start(folder, "recompute.keep: 0ms");
    for (int number = 2; number <= 11; number++) {
      site.execute("UPDATE trip SET km = km + 1 WHERE id % 10 = " + number % 10);
      Answer done = site.succeed("recompute", "--wait");
      assertTrue(done.err().contains("generation " + number + " of trips_daily"), done.err());
    }
    awaitNothingButGeneration(11);
    site.assertEqual();
  }

  private void awaitNothingButGeneration(int number) throws Exception {
    try {
      site.rig()
          .await(
              "nothing but generation " + number,
              () -> left().stream().allMatch(each -> each.endsWith("g" + number)));
    } catch (AssertionError e) {
      throw new AssertionError("left: " + left(), e);
    }
    assertEquals(6, left().size(), left().toString());
  }

  /** Topics, groups, tables and folders of generations, cut after the number of theirs. */
  private Set<String> left() {
    Set<String> left = new TreeSet<>();
    try (TopicAdmin admin = new TopicAdmin(site.rig().installation().config().kafka())) {
      admin.startingWith(List.of("it.rollup.", "it-aggregate-")).stream()
          .map(name -> "topic " + name.replaceFirst("(-g\\d+)-.*", "$1"))
          .forEach(left::add);
      admin.client().listConsumerGroups().all().get().stream()
          .map(group -> "group " + group.groupId())
          .filter(name -> name.contains("-g"))
          .forEach(left::add);
      for (String table :
          site.queries("SELECT relname FROM pg_class WHERE relname ~ '_rows_g[0-9]+$'")) {
        left.add("table " + table);
      }
      Path state = site.rig().stack().streamsStateDir();
      try (Stream<Path> folders = Files.list(state)) {
        folders.forEach(each -> left.add("folder " + each.getFileName()));
      }
      return left;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private int members(String group) {
    try (TopicAdmin admin = new TopicAdmin(site.rig().installation().config().kafka())) {
      return admin
          .client()
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members()
          .size();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
