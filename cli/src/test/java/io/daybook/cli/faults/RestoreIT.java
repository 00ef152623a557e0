// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.daybook.cli.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long rollups of a million facts stand still when an aggregate is killed: the only one, which
 * restores its state from changelogs, and one of two that has a standby. It measures, and compares
 * what comes of it; how long it may take is nobody's to say on a machine that others use as well.
 */
@Tag("faults")
class RestoreIT {
  private static final int FACTS = Integer.getInteger("faults.restored", 1_000_000);
  private static final int WORKSPACES = 100;
  private static final int KILLS = 3;
  private static final int RATE = 50;
  private static final Duration LOADED_WITHIN = Duration.ofMinutes(15);
  private static final Duration BACK_WITHIN = Duration.ofMinutes(5);
  private static final Pattern RESTORED =
      Pattern.compile("aggregate \\S+ has restored (\\d+) records in ([0-9.]+) s");
  private static final double MEGABYTE = 1e6;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @TempDir Path folder;

  private final List<Map<String, Object>> measured = new ArrayList<>();

  @Test
  void rollupsGoOnAfterTheirAggregateWasKilled() throws Exception {
    SiteSettings settings = SiteSettings.usual().withRate(RATE);
    try (Site site =
        Site.start(folder.resolve("alone"), settings.withAggregates(1), System.nanoTime())) {
      fill(site);
      for (int kill = 0; kill < KILLS; kill++) {
        measure(site, "the only one");
      }
    }
    SiteSettings withStandby = settings.withAggregates(2).with("streams.num.standby.replicas", "1");
    for (int kill = 0; kill < KILLS; kill++) {
      Path own = folder.resolve("standby-" + kill); // each with a standby that has everything
      try (Site site = Site.start(own, withStandby, System.nanoTime())) {
        fill(site);
        measure(site, "one of two, with a standby");
      }
    }
    Path report = Path.of("").toAbsolutePath().getParent().resolve("target/faults/restore.json");
    Files.createDirectories(report.getParent());
    JSON.writeValue(report.toFile(), Map.of("facts", FACTS, "kills", measured));
  }

  private static void fill(Site site) throws Exception {
    Messages messages = new Messages(site.database());
    for (int workspace = 0; workspace < WORKSPACES; workspace++) {
      String own = messages.ownLead("restored-" + workspace);
      messages.insert(own + "-", FACTS / WORKSPACES, own);
    }
    awaitComplete(site, Instant.now(), LOADED_WITHIN);
  }

  private void measure(Site site, String whose) throws Exception {
    boolean alone = site.aggregates().size() == 1;
    RoleProcess victim = site.aggregates().get(0);
    long bytes = site.kafka().changelogBytes();
    List<String> saidBefore = said(site);
    long pid = victim.kill();
    Instant at = Instant.now();
    if (alone) {
      victim.start();
    }
    awaitComplete(site, at, BACK_WITHIN);
    assertTrue(Signals.isDead(pid));
    long millis = Duration.between(at, site.freshness().completeSince(at)).toMillis();
    long records = 0;
    double seconds = 0;
    List<String> said = said(site);
    said.removeAll(saidBefore);
    for (String line : said) {
      Matcher matcher = RESTORED.matcher(line);
      assertTrue(matcher.find(), line);
      records += Long.parseLong(matcher.group(1));
      seconds = Math.max(seconds, Double.parseDouble(matcher.group(2)));
    }
    measured.add(
        Map.of(
            "killed", whose,
            "completeAgainMs", millis,
            "changelogBytes", bytes,
            "restoredRecords", records,
            "restoredInSeconds", seconds));
    System.out.printf(
        "RestoreIT: %s killed: complete again after %.1f s; %,d records restored in %.1f s"
            + " (%,.0f records/s); changelogs of %.0f MB (%.1f MB/s)%n",
        whose,
        millis / 1000.0,
        records,
        seconds,
        seconds == 0 ? 0 : records / seconds,
        bytes / MEGABYTE,
        seconds == 0 ? 0 : bytes / MEGABYTE / seconds);
    site.load().pause();
    Answers.Comparison comparison = site.answers().compare();
    site.load().resume();
    assertEquals(List.of(), comparison.complaints());
    if (!alone) {
      victim.start();
    }
  }

  /** Lines of all processes about what they have restored, each with its time. */
  private static List<String> said(Site site) throws Exception {
    List<String> said = new ArrayList<>();
    for (RoleProcess each : site.aggregates()) {
      said.addAll(each.saying("has restored"));
    }
    return said;
  }

  private static void awaitComplete(Site site, Instant at, Duration limit) throws Exception {
    Await.until(limit, "complete rollups", () -> site.freshness().completeSince(at) != null);
  }
}
