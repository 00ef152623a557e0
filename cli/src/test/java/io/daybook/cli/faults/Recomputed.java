// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import io.daybook.cli.installation.Recompute;
import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.table.BaseTables;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generation.Wish;
import io.daybook.serve.generation.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A recompute of all rollups under load, with SIGKILL of every process at one of its steps, or with
 * two that ask at once, or taken back right after the switch.
 */
final class Recomputed implements Fault {
  private static final Duration COMES_WITHIN = Duration.ofSeconds(90);
  private static final Duration DONE_WITHIN = Duration.ofSeconds(150);
  private static final int VARIANTS = 9;

  private static final String LOCK_IS_HELD =
      """
      SELECT count(*) FROM pg_locks
      WHERE  locktype = 'advisory' AND granted
        AND  (classid::bigint << 32 | objid::bigint) = hashtextextended('daybook-upkeep', 0)""";

  private static final String SWITCH_WAITS =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = '"
          + Database.OWNER
          + "' AND query LIKE 'INSERT INTO daybook.recompute%'";

  /** The row of the current generation is the switch's to write, after it has moved the pointer. */
  private static final String HOLD_SWITCH =
      """
      INSERT INTO daybook.recompute (rollup, generation, phase)
      SELECT rollup, generation, 'kept' FROM daybook.current_generation
      ON CONFLICT DO NOTHING;
      SELECT 1 FROM daybook.recompute r JOIN daybook.current_generation USING (rollup, generation)
      FOR UPDATE OF r""";

  private static final String SWITCH_NOTES =
      "SELECT count(*) FROM daybook.note WHERE partition = " + BaseTables.SWITCH_PARTITION;

  @Override
  public String id() {
    return "F21";
  }

  @Override
  public String title() {
    return "recompute, every process killed at each of its steps; two at once; taken back";
  }

  @Override
  public int injections() {
    return 3;
  }

  @Override
  public SiteSettings site(long seed) {
    return SiteSettings.usual().with("recompute.keep", "20s");
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    Attempt attempt = new Attempt(site);
    return switch (turn.variant(VARIANTS)) {
      case 0 -> attempt.killedAtItsStart();
      case 1 -> attempt.killedInItsReplay();
      case 2 -> attempt.killedWhenItHasCaughtUp();
      case 3 -> attempt.killedWhileItIsCompared();
      case 4 -> attempt.killedInTheSwitch();
      case 5 -> attempt.killedBeforeTheIncrements();
      case 6 -> attempt.killedInTheRemoval();
      case 7 -> attempt.askedTwice();
      default -> attempt.takenBack();
    };
  }

  /** One recompute. */
  private static final class Attempt {
    private final Site site;
    private final Recompute recompute;
    private final List<Generation> asked = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private Instant at;

    Attempt(Site site) {
      this.site = site;
      this.recompute = new Recompute(site.installation());
    }

    private void ask() throws Exception {
      List<String> names = site.rollups().stream().map(Rollup::name).toList();
      recompute.ask(names, Wish.USUAL).forEach(each -> asked.add(each.generation()));
    }

    Injection killedAtItsStart() throws Exception {
      ask();
      String dead = killAll();
      boolean hit = all(each -> each.phase() == Phase.BUILDING && !each.caughtUp());
      startAll();
      return done(hit, dead + " at its start");
    }

    Injection killedInItsReplay() throws Exception {
      ask();
      Await.until(COMES_WITHIN, "a replay", () -> replayed() > 0);
      String dead = killAll();
      boolean hit = all(each -> each.phase() == Phase.BUILDING && !each.caughtUp());
      long replayed = replayed();
      startAll();
      return done(hit, "%s after %d offsets of its replay".formatted(dead, replayed));
    }

    Injection killedWhenItHasCaughtUp() throws Exception {
      ask();
      Await.until(COMES_WITHIN, "one that has caught up", () -> any(Generation::caughtUp));
      String dead = killAll();
      boolean hit = any(each -> each.phase() == Phase.BUILDING);
      startAll();
      return done(hit, dead + " when it had caught up");
    }

    Injection killedWhileItIsCompared() throws Exception {
      ask();
      Await.until(
          COMES_WITHIN,
          "a comparison",
          () -> any(Generation::caughtUp) && site.database().number(LOCK_IS_HELD) > 0);
      String dead = killAll();
      boolean hit = any(each -> each.phase() == Phase.BUILDING);
      startAll();
      return done(hit, dead + " while it was compared");
    }

    Injection killedInTheSwitch() throws Exception {
      ask();
      try (Connection connection = site.database().superuser();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute(HOLD_SWITCH);
        Await.until(
            COMES_WITHIN, "a switch that waits", () -> site.database().number(SWITCH_WAITS) > 0);
        String dead = killAll();
        boolean hit = any(each -> each.phase() == Phase.BUILDING);
        connection.rollback();
        startAll();
        return done(hit, dead + " within the transaction of the switch");
      }
    }

    Injection killedBeforeTheIncrements() throws Exception {
      ask();
      Await.until(COMES_WITHIN, "one that has caught up", () -> any(Generation::caughtUp));
      TcpProxy redis = site.servers().redisProxy();
      redis.hold(TcpProxy.Way.TO_SERVER);
      String dead;
      long notes;
      try {
        Await.until(COMES_WITHIN, "a switch", () -> site.database().number(SWITCH_NOTES) > 0);
        dead = killAll();
        notes = site.database().number(SWITCH_NOTES);
      } finally {
        redis.release();
      }
      startAll();
      return done(notes > 0, "%s, %d increments of the switch owed".formatted(dead, notes));
    }

    Injection killedInTheRemoval() throws Exception {
      ask();
      awaitSwitch();
      Await.until(
          COMES_WITHIN,
          "a removal",
          () -> recompute.generations().stream().anyMatch(each -> each.phase() == Phase.LEAVING));
      String dead = killAll();
      long leaving =
          recompute.generations().stream().filter(each -> each.phase() == Phase.LEAVING).count();
      startAll();
      Await.until(
          DONE_WITHIN,
          "nothing that leaves",
          () -> recompute.generations().stream().noneMatch(each -> each.phase() == Phase.LEAVING));
      requireNothingOfOthers();
      return done(leaving > 0, "%s, %d generations half removed".formatted(dead, leaving));
    }

    Injection askedTwice() throws Exception {
      List<CompletableFuture<Recompute.Asked>> two = new ArrayList<>();
      Rollup rollup = site.rollups().get(0);
      for (int i = 0; i < 2; i++) {
        two.add(CompletableFuture.supplyAsync(() -> askOnce(rollup.name())));
      }
      Recompute.Asked one = two.get(0).get();
      Recompute.Asked other = two.get(1).get();
      at = Instant.now();
      asked.add(one.generation());
      if (one.generation().number() != other.generation().number()) {
        complaints.add("two generations were begun: " + one + " and " + other);
      }
      boolean hit = one.attached() != other.attached();
      return done(hit, "one begins " + one.generation().label() + ", the other attaches");
    }

    private Recompute.Asked askOnce(String rollup) {
      try {
        return new Recompute(site.installation()).ask(List.of(rollup), Wish.USUAL).get(0);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    Injection takenBack() throws Exception {
      ask();
      awaitSwitch();
      at = Instant.now();
      List<String> back = new ArrayList<>();
      for (Generation each : asked) {
        long start = System.nanoTime();
        Optional<Generation> old = recompute.rollBack(each.rollup());
        if (old.isEmpty()) {
          complaints.add(each.label() + " could not be taken back");
        } else {
          back.add(
              "%s in %d ms".formatted(old.get().label(), (System.nanoTime() - start) / 1_000_000));
        }
      }
      site.rollupsAreOthers();
      return new Injection(at, back.size() == asked.size(), "back at " + back, complaints);
    }

    private void awaitSwitch() throws Exception {
      Await.until(DONE_WITHIN, "a switch", () -> all(each -> each.phase() == Phase.CURRENT));
    }

    private Injection done(boolean hit, String proof) throws Exception {
      awaitSwitch();
      site.rollupsAreOthers();
      return new Injection(at, hit, proof, complaints);
    }

    /** Topics and tables are those of generations that there are. */
    private void requireNothingOfOthers() throws Exception {
      List<String> there =
          recompute.generations().stream()
              .map(each -> each.rollup() + "-g" + each.number())
              .toList();
      Topics topics = site.installation().topics();
      for (Rollup rollup : site.rollups()) {
        String prefix = topics.aggregateId(rollup.name(), 1).replaceFirst("1$", "");
        for (String topic : site.kafka().admin().startingWith(List.of(prefix))) {
          String number = topic.substring(prefix.length()).replaceFirst("\\D.*", "");
          if (!there.contains(rollup.name() + "-g" + number)) {
            complaints.add(topic + " is left over");
          }
        }
      }
    }

    private long replayed() throws Exception {
      long offsets = 0;
      for (Generation each : asked) {
        String group = site.installation().topics().aggregateId(each.rollup(), each.number());
        offsets +=
            site
                .kafka()
                .admin()
                .client()
                .listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .values()
                .stream()
                .mapToLong(offset -> offset.offset())
                .sum();
      }
      return offsets;
    }

    private interface Condition {
      boolean of(Generation generation);
    }

    private boolean all(Condition condition) throws SQLException {
      return now().stream().allMatch(condition::of) && now().size() == asked.size();
    }

    private boolean any(Condition condition) throws SQLException {
      return now().stream().anyMatch(condition::of);
    }

    /** Those that were asked for, as they are now. */
    private List<Generation> now() throws SQLException {
      return recompute.generations().stream()
          .filter(each -> asked.stream().anyMatch(one -> one.is(each.rollup(), each.number())))
          .toList();
    }

    private String killAll() throws Exception {
      at = Instant.now();
      StringBuilder dead = new StringBuilder("dead are pids");
      for (RoleProcess each : site.processes()) {
        dead.append(' ').append(each.kill());
      }
      return dead.toString();
    }

    private void startAll() throws Exception {
      for (RoleProcess each : site.processes()) {
        each.start();
      }
    }
  }
}
