// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.Await;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.RollupTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * F26: under an hour of load the schedule of two processes, each of which is killed once, finds
 * nothing where nothing is wrong, and one wrong row at the first tick after it was planted.
 */
@Tag("faults")
class WatchedIT {
  private static final Duration WATCHED =
      Duration.ofMinutes(Integer.getInteger("faults.watched", 60));
  private static final Duration TICK = Duration.ofMinutes(1);
  private static final Duration RUN_WITHIN = Duration.ofMinutes(1);
  private static final String TICKS =
      "SELECT %s FROM daybook.schedule_run WHERE key LIKE 'tick %%' AND %s";
  private static final Pattern RUN =
      Pattern.compile("Schedule, (tick \\S+): \\d+ rows (compared|are right)");

  @TempDir Path folder;

  @Test
  void theScheduleFindsWhatIsWrongAndNothingElse() throws Exception {
    SiteSettings settings =
        SiteSettings.usual().with("schedule.cron", "* * * * *").with("schedule.days", "36600");
    long seed = System.nanoTime();
    System.out.println("WatchedIT: seed " + seed + ", " + WATCHED + " of load");
    try (Site site = Site.start(folder.resolve("site"), settings, seed)) {
      Instant begun = Instant.now();
      for (RoleProcess each : site.sinks()) {
        Await.pass(WATCHED.dividedBy(3));
        each.kill();
        each.start();
      }
      Await.pass(Duration.between(Instant.now(), begun.plus(WATCHED)));
      long quiet = ticks(site, "true");
      assertEquals(0, ticks(site, "differences > 0"), () -> told(site));
      assertTrue(quiet >= WATCHED.dividedBy(TICK) - 1, "ticks: " + quiet);

      Instant planted = plant(site);
      String mended = "differences = 1 AND remaining = 0";
      Await.until(TICK.plus(RUN_WITHIN), "a run that finds it", () -> ticks(site, mended) == 1);
      final Duration found = Duration.between(planted, Instant.now());
      assertEquals(1, ticks(site, "differences > 0"), () -> told(site));
      assertRanOnce(site);
      site.load().pause();
      assertEquals(List.of(), site.answers().compare().complaints());
      System.out.printf(
          "WatchedIT: %d ticks, %s statements, no false alarm; the wrong row was found and mended after %s%n",
          quiet, site.load().statements(), found);
    }
  }

  private static long ticks(Site site, String which) throws Exception {
    return site.database().number(TICKS.formatted("count(*)", "ended_at IS NOT NULL AND " + which));
  }

  private static String told(Site site) {
    try {
      return site.database()
          .column(TICKS.formatted("key || coalesce(finding, '')", "differences > 0"))
          .toString();
    } catch (Exception e) {
      return e.toString();
    }
  }

  /** In a row of a workspace that the load does not know. */
  private static Instant plant(Site site) throws Exception {
    Messages messages = new Messages(site.database());
    messages.insert("watched-", 40, messages.ownLead("watched"));
    Await.until(
        RUN_WITHIN,
        "rows of the new workspace",
        () ->
            site.database()
                    .number(
                        "SELECT coalesce(sum(messages_inbound), 0) FROM daybook.workspace_daily"
                            + " WHERE workspace_id = 'watched'")
                == 20);
    Rollup rollup =
        site.rollups().stream()
            .filter(each -> each.name().equals("workspace_daily"))
            .findFirst()
            .orElseThrow();
    String rows = DaybookSchema.qualified(new RollupTable(rollup).partitionName());
    assertEquals(
        1,
        site.database()
            .administer(
                "UPDATE %1$s SET messages_inbound = messages_inbound + 1 WHERE ctid = (SELECT ctid"
                    .concat(" FROM %1$s WHERE workspace_id = 'watched' LIMIT 1)")
                    .formatted(rows)));
    return Instant.now();
  }

  /** Whatever process it was; a process that was killed may have left one to the other. */
  private static void assertRanOnce(Site site) throws Exception {
    List<String> ran = new ArrayList<>();
    for (RoleProcess each : site.sinks()) {
      for (String line : each.saying("Schedule, tick ")) {
        Matcher matcher = RUN.matcher(line);
        if (matcher.find()) {
          ran.add(matcher.group(1));
        }
      }
    }
    assertEquals(new HashSet<>(ran).size(), ran.size(), ran::toString);
    long ended = ticks(site, "true");
    assertTrue(ran.size() >= ended - site.sinks().size(), ran.size() + " of " + ended);
  }
}
