// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.cli.installation.Installation;
import io.daybook.pipeline.capture.CaptureRemoval;
import io.daybook.pipeline.capture.SourceDatabase;
import io.daybook.schemas.topic.TopicAdmin;
import io.daybook.schemas.topic.Topics;
import io.daybook.serve.migration.Uninstallation;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.Set;
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
      "Your own tables are not touched. Stop 'run' before."
    })
final class UninstallCommand extends Verb {
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
      List<String> done = new ArrayList<>(capture.apply());
      done.addAll(tables.apply());
      admin.delete(names);
      names.forEach(name -> done.add("dropped topic " + name));
      admin.client().deleteConsumerGroups(groups).all().get();
      groups.forEach(group -> done.add("dropped group " + group));
      removeState(installation.config().stateDir(), topics);
      print(done);
    }
    return ExitCode.TRUE;
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

  private void print(List<String> done) {
    if (json) {
      printJson(Map.of("done", done));
    } else if (done.isEmpty()) {
      out().println("Nothing of Daybook's was there.");
    } else {
      done.forEach(out()::println);
    }
    out().flush();
  }
}
