// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.schemas.definition.Rollup;
import io.daybook.schemas.topic.DefinitionRecord;
import io.daybook.serve.generation.Generation;
import io.daybook.serve.generation.Generations;
import io.daybook.serve.generation.Phase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The definitions of the folder, which is the user's wish, beside what is installed: what readers
 * get or are to get.
 *
 * @param unchanged under the numbers of their generations
 * @param added of rollups that are not installed
 * @param changed those that need a generation of their own
 * @param unwanted generations that are built by other definitions than what readers have and the
 *     folder has
 */
public record FolderDefinitions(
    List<DefinitionRecord> unchanged,
    List<DefinitionRecord> added,
    List<ChangedDefinition> changed,
    List<DefinitionRecord> unwanted) {

  /** Reads the folder, and asks source, target and Kafka. */
  static FolderDefinitions read(Installation installation) throws IOException, SQLException {
    return of(installation.described(), installed(installation, installation.config().kafka()));
  }

  /**
   * The same of definitions that were read.
   *
   * @param kafka properties of Kafka clients
   */
  public static FolderDefinitions of(
      Installation installation, List<DefinitionRecord> described, Map<String, String> kafka)
      throws SQLException {
    return of(described, installed(installation, kafka));
  }

  /** Sorts them; of several installed generations of a rollup the last one is its newest. */
  static FolderDefinitions of(List<DefinitionRecord> described, List<DefinitionRecord> installed) {
    FolderDefinitions sorted =
        new FolderDefinitions(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (DefinitionRecord each : described) {
      List<DefinitionRecord> present =
          installed.stream().filter(one -> one.rollup().equals(each.rollup())).toList();
      Optional<DefinitionRecord> same =
          present.stream()
              .filter(one -> one.hash().equals(each.hash()))
              .reduce((first, second) -> second);
      if (present.isEmpty()) {
        sorted.added.add(each);
      } else if (same.isPresent()) {
        sorted.unchanged.add(each.as(same.get().generation()));
        present.stream()
            .skip(1)
            .filter(one -> !one.hash().equals(each.hash()))
            .forEach(sorted.unwanted::add);
      } else {
        DefinitionRecord current = present.get(0);
        sorted.changed.add(new ChangedDefinition(current, each.as(current.generation())));
      }
    }
    return sorted;
  }

  /** Of each rollup the generation that readers get, then the one that is built for them. */
  private static List<DefinitionRecord> installed(
      Installation installation, Map<String, String> kafka) throws SQLException {
    List<DefinitionRecord> known = installation.known(kafka);
    List<DefinitionRecord> installed = new ArrayList<>();
    try (Connection target = installation.target().getConnection()) {
      if (!Generations.exist(target)) {
        return known.stream().filter(each -> !each.frozen()).toList();
      }
      Map<String, Integer> current = Generations.current(target);
      known.stream()
          .filter(
              each -> current.getOrDefault(each.rollup(), each.generation()) == each.generation())
          .forEach(installed::add);
      for (Generation each : Generations.read(target)) {
        if (each.phase() == Phase.BUILDING || each.phase() == Phase.READY) {
          installed.add(each.record());
        }
      }
    }
    return installed;
  }

  /** What can be installed without a further generation. */
  List<DefinitionRecord> asInstalled() {
    return Stream.concat(unchanged.stream(), added.stream()).toList();
  }

  /** The same, bound. */
  public List<Rollup> rollups() {
    return asInstalled().stream().map(DefinitionRecord::bind).toList();
  }
}
