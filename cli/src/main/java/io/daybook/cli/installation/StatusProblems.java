// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.topic.HealthRecord;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.OnStale;
import io.daybook.serve.mode.RollupStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong, in words: each with what readers get meanwhile and what to do. */
final class StatusProblems {
  private static final String LIVE = "the live query";
  private static final String ROLLUP_THEN_LIVE =
      "the rollup until it is stale, then the live query";

  private final List<HealthRecord> health;
  private final List<StatusReport.Problem> problems = new ArrayList<>();

  private String meanwhile = ROLLUP_THEN_LIVE;

  /** Parts of processes whose trouble is a consequence of what has been said. */
  private final Set<String> explained = new HashSet<>();

  /**
   * @param health what the processes say; they know since when
   */
  StatusProblems(List<HealthRecord> health) {
    this.health = health;
  }

  List<StatusReport.Problem> all() {
    return List.copyOf(problems);
  }

  /** What readers get while something else is wrong depends on how the rollups stand. */
  void knows(List<RollupStatus> rollups) {
    boolean anyIsRead =
        rollups.stream()
            .anyMatch(
                each ->
                    each.mode() == Mode.ROLLUP
                        && (each.state().equals("running") || each.state().equals("degraded")));
    if (!rollups.isEmpty() && !anyIsRead) {
      meanwhile = LIVE;
    } else if (rollups.stream().anyMatch(each -> each.onStale() != OnStale.LIVE)) {
      meanwhile = "the rollup until it is stale, then what freshness.on-stale says";
    }
  }

  void kafkaIsAway(String servers, String why, Instant since) {
    add(
        "Kafka at " + servers + " does not answer: " + why,
        since,
        meanwhile,
        "Bring it back, or correct kafka.bootstrap-servers; everything goes on by itself");
  }

  void targetIsAway(String why) {
    explained.add("sink");
    add(
        "The target does not answer: " + why,
        saidSince("sink"),
        "nothing from the read functions, which are there; applications their own live query",
        "Bring it back, or correct target.uri; the sink goes on by itself");
  }

  void sourceIsAway(String why) {
    explained.add("capture");
    add(
        "The source does not answer: " + why,
        saidSince("capture"),
        "the rollup until it is stale; then the live query needs the source as well",
        "Bring it back, or correct source.uri; capture goes on by itself");
  }

  void redisIsAway(String why, Long notesPending) {
    explained.add("cache");
    add(
        "Redis does not answer: " + why,
        saidSince("cache"),
        "right rows, but what applications have cached until it expires: %s workspaces wait for"
                .formatted(notesPending == null ? "some" : notesPending)
            + " the increment of their version",
        "Bring it back, or correct redis.uri; no increment is lost meanwhile");
  }

  void slot(String what) {
    Instant since = saidSince("capture");
    add(
        what,
        since == null ? lastHeard(Role.CAPTURE) : since,
        meanwhile,
        "Start 'daybook run' with the role capture; it makes the slot anew where needed");
  }

  /** One problem for all: what lost one of them has mostly lost several. */
  void hanging(List<HangingTransactions.Hanging> all, String servers) {
    if (all.isEmpty()) {
      return;
    }
    HangingTransactions.Hanging first =
        all.stream().min(Comparator.comparing(HangingTransactions.Hanging::since)).orElseThrow();
    add(
        "A transaction that its broker has forgotten is open in %d partitions (%s from offset %d,"
                .formatted(all.size(), first.partition(), first.startOffset())
            + " of producer %d): what follows it there is never read".formatted(first.producer()),
        first.since(),
        meanwhile,
        "End it in every partition that 'kafka-transactions.sh --bootstrap-server %s"
                .formatted(servers)
            + " find-hanging --broker-id N' names, with its 'abort'; then 'daybook verify'");
  }

  void rollup(RollupStatus status) {
    switch (status.state()) {
      case "running" -> {
        // Nothing is wrong.
      }
      case "building" ->
          add(
              "The rollup " + status.name() + " is building: its first load is not complete",
              status.updatedAt(),
              LIVE,
              "Wait while 'daybook run' works; the stages above show what is left");
      case "healing" -> healing(status);
      case "degraded" -> degraded(status);
      default ->
          add(
              "The rollup " + status.name() + " stands still",
              status.completeThrough(),
              ofStale(status),
              "See that 'daybook run' works with all roles, and read its log");
    }
  }

  private static String ofStale(RollupStatus status) {
    if (status.mode() != Mode.ROLLUP) {
      return LIVE;
    }
    return switch (status.onStale()) {
      case LIVE -> LIVE;
      case ROLLUP -> "the rollup as it is, with how far it is complete";
      case ERROR -> "an error";
    };
  }

  private void healing(RollupStatus status) {
    RollupStatus.Healing how = status.healing();
    String what = "The rollup " + status.name() + " is healing: the history of the source broke, ";
    String remedy;
    if (!how.readAgain()) {
      what += "and its tables are read again";
      remedy =
          "Nothing while 'daybook run' works with all roles: it reads the tables, then verifies the"
              + " rollup; the log of capture has the reason";
    } else if (how.finding() == null) {
      what += "its tables have been read again, and the rollup is being verified";
      remedy = "Nothing while 'daybook run' works with the role sink, which verifies it";
    } else {
      what +=
          "its tables have been read again, and a verification at %s does not give it back: %s"
              .formatted(how.triedAt(), how.finding());
      remedy =
          "Mend it: 'daybook verify' shows it, 'daybook run --resnapshot' reads missed rows. It is"
              + " verified again by itself, and at once by 'daybook verify'";
    }
    add(what, how.since(), LIVE, remedy);
  }

  private void degraded(RollupStatus status) {
    RollupStatus.Degradation what = status.degradation();
    String whose =
        what.ofWholeRollup()
            ? "workspaces that are not known"
            : what.workspaces().size() == 1
                ? "workspace " + what.workspaces().get(0)
                : "%d workspaces (%s …)"
                    .formatted(what.workspaces().size(), what.workspaces().get(0));
    add(
        "The rollup %s is degraded: what %d rows of %s count for is not known (%s)"
            .formatted(status.name(), what.rows(), whose, what.reason()),
        what.since(),
        what.ofWholeRollup()
            ? LIVE
            : "the live query for these workspaces, the rollup for all others",
        "Correct the rows in the source, or see 'daybook quarantine list'");
  }

  /** What the processes say of themselves, and which roles nobody speaks for. */
  void roles(Set<Role> expected, Instant now) {
    for (HealthRecord each : health) {
      if (!isSilent(each, now)) {
        each.troubles().forEach(trouble -> trouble(each.instance(), trouble));
      }
    }
    for (Role role : expected) {
      List<HealthRecord> speakers =
          health.stream().filter(each -> each.roles().contains(role.toString())).toList();
      if (speakers.stream().allMatch(each -> isSilent(each, now))) {
        Instant last =
            speakers.stream().map(HealthRecord::at).max(Comparator.naturalOrder()).orElse(null);
        add(
            "No process with the role " + role + " is heard from",
            last,
            meanwhile,
            "Start 'daybook run --roles " + role + "', or 'daybook run' for all roles");
      }
    }
  }

  /** When a process with the role has last said how it is; null for never. */
  private Instant lastHeard(Role role) {
    return health.stream()
        .filter(each -> each.roles().contains(role.toString()))
        .map(HealthRecord::at)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  private void trouble(String instance, HealthRecord.Trouble trouble) {
    if (explained.contains(trouble.part().split(" ")[0])) {
      return;
    }
    add(
        trouble.part() + ": " + trouble.what(),
        trouble.since(),
        trouble.part().equals("cache")
            ? "right rows, but what applications have cached until it expires"
            : meanwhile,
        "It tries again by itself; the log of " + instance + " has more");
  }

  static boolean isSilent(HealthRecord record, Instant now) {
    return record.at().plus(HealthReporter.EVERY.multipliedBy(3)).isBefore(now);
  }

  /** Since when a part of some process has been in trouble, as it says; null where none does. */
  private Instant saidSince(String part) {
    return health.stream()
        .flatMap(each -> each.troubles().stream())
        .filter(trouble -> trouble.part().startsWith(part))
        .map(HealthRecord.Trouble::since)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  private void add(String what, Instant since, String readersGet, String remedy) {
    problems.add(new StatusReport.Problem(what, since, readersGet, remedy));
  }
}
