// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The folder of an aggregate's local state is deleted, before its start or under it, or is full.
 */
final class StateGone implements Fault {
  private static final Duration COMES_WITHIN = Duration.ofSeconds(90);

  @Override
  public String id() {
    return "F28";
  }

  @Override
  public String title() {
    return "state folder deleted, its disk full";
  }

  @Override
  public int injections() {
    return 3;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    RoleProcess aggregate = site.aggregates().get(turn.below(site.aggregates().size()));
    Path state = aggregate.folder().resolve("state");
    return switch (turn.variant(3)) {
      case 0 -> deletedWhileDown(aggregate, state);
      case 1 -> deletedWhileUp(aggregate, state);
      default -> full(aggregate, state);
    };
  }

  private static Injection deletedWhileDown(RoleProcess aggregate, Path state) throws Exception {
    Instant at = Instant.now();
    long pid = aggregate.kill();
    int folders = delete(state);
    aggregate.start();
    return Injection.of(
        at,
        Signals.isDead(pid) && folders > 0,
        "%s, pid %d, is dead; %d folders of its state deleted"
            .formatted(aggregate.name(), pid, folders));
  }

  private static Injection deletedWhileUp(RoleProcess aggregate, Path state) throws Exception {
    // One that was killed just now may not have been given partitions yet.
    Await.within(COMES_WITHIN, () -> folders(state) > 0);
    Instant at = Instant.now();
    int folders = delete(state);
    Await.pass(Duration.ofSeconds(3));
    aggregate.terminate();
    aggregate.start();
    return Injection.of(
        at, folders > 0, folders + " folders of " + aggregate.name() + "'s state deleted under it");
  }

  private static Injection full(RoleProcess aggregate, Path state) throws Exception {
    aggregate.kill();
    Instant at = Instant.now();
    try (SmallDisk disk = SmallDisk.mounted(state, 1)) {
      long before = aggregate.said("No space left");
      disk.fill();
      aggregate.start();
      boolean seen = Await.within(COMES_WITHIN, () -> aggregate.said("No space left") > before);
      aggregate.kill();
      disk.free();
      return Injection.of(at, seen, aggregate.name() + " has found its disk full: " + seen);
    } finally {
      aggregate.start();
    }
  }

  /** Whatever its process does there meanwhile. */
  private static int delete(Path state) throws IOException, InterruptedException {
    int folders = folders(state);
    new ProcessBuilder("rm", "-rf", state.toString()).inheritIO().start().waitFor();
    return folders;
  }

  private static int folders(Path state) {
    String[] folders = state.toFile().list();
    return folders == null ? 0 : folders.length;
  }
}
