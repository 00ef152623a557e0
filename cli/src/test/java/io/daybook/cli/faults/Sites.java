// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Starts sites when they are needed, and keeps the last one for the next trial that wants one like
 * it: a start takes longer than most faults.
 */
final class Sites implements AutoCloseable {
  private final Path folder;
  private final Consumer<String> say;
  private Site site;
  private SiteSettings settings;
  private int started;

  Sites(Path folder, Consumer<String> say) {
    this.folder = folder;
    this.say = say;
  }

  /** One laid out so; the one of the trial before if it is. */
  Site site(SiteSettings wanted, long seed) throws Exception {
    if (site != null && !settings.equals(wanted)) {
      close();
    }
    if (site == null) {
      started++;
      delete(siteFolder());
      site = Site.start(siteFolder(), wanted, seed);
      settings = wanted;
    }
    return site;
  }

  /** Where the current one keeps logs and data. */
  Path siteFolder() {
    return folder.resolve("site-" + started);
  }

  /** What processes of the current one have said when they ended unasked. */
  List<String> ends() {
    return site == null
        ? List.of()
        : site.processes().stream().flatMap(each -> each.ends().stream()).toList();
  }

  /** Ends it and keeps its folder. */
  void abandon() throws Exception {
    if (site != null) {
      Site ended = site;
      site = null;
      ended.close();
    }
  }

  /** Ends it and deletes its folder. */
  @Override
  public void close() throws Exception {
    if (site != null) {
      ends().forEach(end -> say.accept("note: " + end));
      abandon();
      delete(siteFolder());
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
