// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.RefusedByState;
import io.daybook.cli.installation.Removal;
import io.daybook.cli.installation.RevocableGrants;
import io.daybook.cli.installation.SqlParts;
import io.daybook.pipeline.capture.CaptureRemoval;
import io.daybook.pipeline.capture.SourceDatabase;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.migration.Uninstallation;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.GroupListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes everything away again. */
@Command(
    name = "uninstall",
    mixinStandardHelpOptions = true,
    description = {
      "Removes what Daybook has made: the replication slot and publication in the source, the"
          + " schema daybook and its roles in the target, topics and groups in Kafka. Asks first.",
      "Your own tables are not touched, and the cache versions in Redis stay. Stop 'run' before."
          + " What the configured users may not drop is printed as SQL with who may; exit code 1"
          + " then. Grants that 'migrate' asked for are printed as REVOKEs."
    })
final class UninstallCommand extends Verb {
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(15);
  private static final long LOOK_EVERY_MS = 200;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private List<String> stays;
  private SqlParts revocable;

  @Override
  public Integer call() throws Exception {
    Installation installation = installation();
    Topics topics = installation.topics();
    Uninstallation tables = new Uninstallation(installation.target(), Installation.lockWait());
    CaptureRemoval capture =
        new CaptureRemoval(SourceDatabase.parse(installation.config().source().jdbcUrl()), topics);
    try (TopicAdmin admin = new TopicAdmin(installation.config().kafka())) {
      Set<String> names = admin.startingWith(topics.ownPrefixes());
      List<String> groups = groups(admin, topics);
      List<String> found = new ArrayList<>(capture.plan());
      found.addAll(tables.plan());
      names.forEach(name -> found.add("topic " + name));
      groups.forEach(group -> found.add("group " + group));
      stays = CacheKeys.lines(installation.config(), topics);
      revocable = RevocableGrants.find(installation);
      SqlParts others = Removal.left(installation.config(), capture.left(), tables.left());
      if (!found.isEmpty() && !yes && !confirmed(found, others)) {
        return ExitCode.FALSE;
      }
      requireStopped(capture, admin, groups);
      Removal removal = new Removal(installation.config(), capture.apply(), tables.apply());
      List<String> done = new ArrayList<>(removal.done());
      admin.delete(names);
      names.forEach(name -> done.add("dropped topic " + name));
      admin.client().deleteConsumerGroups(groups).all().get();
      groups.forEach(group -> done.add("dropped group " + group));
      removeState(installation.config().stateDir(), topics);
      print(done, removal.left());
      return removal.left().parts().isEmpty() ? ExitCode.TRUE : ExitCode.FALSE;
    }
  }

  /** What was told to end a moment ago, or was killed, is still seen for some seconds. */
  private static void requireStopped(CaptureRemoval capture, TopicAdmin admin, List<String> groups)
      throws Exception {
    long deadline = System.nanoTime() + STOPPED_WITHIN.toNanos();
    for (Optional<String> running = running(capture, admin, groups);
        running.isPresent();
        running = running(capture, admin, groups)) {
      if (System.nanoTime() > deadline) {
        throw new RefusedByState(
            running.get() + " still runs: stop 'daybook run' first. Nothing was changed.");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
    }
  }

  private static Optional<String> running(
      CaptureRemoval capture, TopicAdmin admin, List<String> groups) throws Exception {
    Optional<String> reader = capture.reader();
    if (reader.isPresent()) {
      return reader;
    }
    return admin.client().describeConsumerGroups(groups).all().get().values().stream()
        .filter(group -> !group.members().isEmpty())
        .map(
            group ->
                "A member of the group %s on %s"
                    .formatted(group.groupId(), group.members().iterator().next().host()))
        .findFirst();
  }

  private static List<String> groups(TopicAdmin admin, Topics topics) throws Exception {
    return admin.client().listGroups().all().get().stream()
        .map(GroupListing::groupId)
        .filter(group -> topics.ownGroupPrefixes().stream().anyMatch(group::startsWith))
        .sorted()
        .toList();
  }

  private boolean confirmed(List<String> found, SqlParts others) {
    out().println("This removes:");
    found.forEach(each -> out().println("  " + each));
    out().println("This stays:");
    stays.forEach(each -> out().println("  " + each));
    if (!others.parts().isEmpty()) {
      out().println("Of it, this is left for somebody else to run:\n");
      out().println(others.text());
    }
    out().print("Go on? Type yes: ");
    out().flush();
    Scanner answer = new Scanner(System.in, Charset.defaultCharset());
    return answer.hasNextLine() && answer.nextLine().strip().equals("yes");
  }

  /** The local state of this machine's aggregates. */
  private static void removeState(Path stateDir, Topics topics) throws java.io.IOException {
    if (!Files.isDirectory(stateDir)) {
      return;
    }
    List<Path> ours;
    try (var entries = Files.list(stateDir)) {
      ours =
          entries
              .filter(
                  entry ->
                      topics.ownGroupPrefixes().stream()
                          .anyMatch(entry.getFileName().toString()::startsWith))
              .toList();
    }
    for (Path folder : ours) {
      List<Path> inside;
      try (var all = Files.walk(folder)) {
        inside = all.sorted(java.util.Comparator.reverseOrder()).collect(Collectors.toList());
      }
      for (Path each : inside) {
        Files.deleteIfExists(each);
      }
    }
  }

  private void print(List<String> done, SqlParts left) {
    if (json) {
      printJson(Map.of("done", done, "left", left.parts(), "revocable", revocable.parts()));
      return;
    }
    done.forEach(out()::println);
    if (!left.parts().isEmpty()) {
      out()
          .println("\nLeft is what the configured users may not drop. Let it be run by who may:\n");
      out().println(left.text());
    } else if (done.isEmpty()) {
      out().println("Nothing of Daybook's was there.");
    }
    if (!revocable.parts().isEmpty()) {
      out().println("\nThese privileges may have been for Daybook alone; where they were:\n");
      out().println(revocable.text());
    }
    if (!done.isEmpty()) {
      out().println("What stays:");
      stays.forEach(each -> out().println("  " + each));
    }
    out().flush();
  }
}
