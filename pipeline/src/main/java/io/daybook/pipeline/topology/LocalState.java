// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folders of local state, one for each application. */
final class LocalState {
  private static final Logger log = LoggerFactory.getLogger(LocalState.class);

  private LocalState() {}

  /** Deletes those of this installation's applications that are none of these any more. */
  static void deleteOthers(Path stateDir, Topics topics, Set<String> wanted) {
    if (!Files.isDirectory(stateDir)) {
      return;
    }
    try (Stream<Path> folders = Files.list(stateDir)) {
      folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> topics.isAggregateId(name) && !wanted.contains(name))
          .forEach(name -> delete(stateDir, name));
    } catch (IOException | UncheckedIOException e) {
      log.warn("The folder of local state cannot be tidied: {}: {}", stateDir, e.getMessage());
    }
  }

  /** Deletes that of one application, which must not run. */
  static void delete(Path stateDir, String application) {
    Path folder = stateDir.resolve(application);
    if (!Files.exists(folder)) {
      return;
    }
    log.info("local state of {} is deleted: it is in Kafka, where it is still needed", application);
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | UncheckedIOException e) {
      log.warn("Local state that is of no use any more stays: {}: {}", folder, e.getMessage());
    }
  }
}
