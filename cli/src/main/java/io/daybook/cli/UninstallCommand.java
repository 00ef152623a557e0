// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.cli.installation.RefusedByState;
import io.daybook.cli.installation.Removal;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes everything away again. */
@Command(
    name = "uninstall",
    mixinStandardHelpOptions = true,
    description = {
      "Removes what Daybook has made: the replication slot and publication in the source, the"
          + " schema daybook and its roles in the target, topics and groups in Kafka. Asks first.",
      "Your own tables are not touched. Stop 'run' before. What the configured users may not drop"
          + " is printed as SQL with who may; exit code 1 then."
    })
final class UninstallCommand extends Verb {
  private static final Duration SLOT_FREE_WITHIN = Duration.ofSeconds(5);
  private static final Duration GROUPS_EMPTY_WITHIN = Duration.ofSeconds(60);
  private static final long LOOK_EVERY_MS = 200;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

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
      if (!found.isEmpty() && !yes && !confirmed(found)) {
        return ExitCode.FALSE;
      }
      requireStopped(capture);
      Removal removal = new Removal(installation.config(), capture.apply(), tables.apply());
      List<String> done = new ArrayList<>(removal.done());
      admin.delete(names);
      names.forEach(name -> done.add("dropped topic " + name));
      delete(admin, groups);
      groups.forEach(group -> done.add("dropped group " + group));
      removeState(installation.config().stateDir(), topics);
      print(done, removal.left());
      return removal.left().parts().isEmpty() ? ExitCode.TRUE : ExitCode.FALSE;
    }
  }

  /** Members that were killed hold their group until their session is over. */
  private static void delete(TopicAdmin admin, List<String> groups) throws Exception {
    long deadline = System.nanoTime() + GROUPS_EMPTY_WITHIN.toNanos();
    List<String> left = groups;
    while (!left.isEmpty()) {
      List<String> held = new ArrayList<>();
      for (var deleted : admin.client().deleteConsumerGroups(left).deletedGroups().entrySet()) {
        try {
          deleted.getValue().get();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof GroupNotEmptyException && System.nanoTime() < deadline) {
            held.add(deleted.getKey());
          } else if (!(e.getCause() instanceof GroupIdNotFoundException)) {
            throw e;
          }
        }
      }
      left = held;
      if (!left.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      }
    }
  }

  /** Capture that was told to end a moment ago may still be seen. */
  private static void requireStopped(CaptureRemoval capture) throws Exception {
    long deadline = System.nanoTime() + SLOT_FREE_WITHIN.toNanos();
    for (Optional<String> reader = capture.reader();
        reader.isPresent();
        reader = capture.reader()) {
      if (System.nanoTime() > deadline) {
        throw new RefusedByState(
            "Capture still runs, as "
                + reader.get()
                + " on the source: stop 'daybook run' first. Nothing was changed.");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
    }
  }

  private static List<String> groups(TopicAdmin admin, Topics topics) throws Exception {
    return admin.client().listGroups().all().get().stream()
        .map(GroupListing::groupId)
        .filter(group -> topics.ownGroupPrefixes().stream().anyMatch(group::startsWith))
        .sorted()
        .toList();
  }

  private boolean confirmed(List<String> found) {
    out().println("This removes:");
    found.forEach(each -> out().println("  " + each));
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
      printJson(Map.of("done", done, "left", left.parts()));
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
    out().flush();
  }
}
