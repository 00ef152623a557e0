// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.cli.installation.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineInspectionTest {
  private static final Duration QUICK = Duration.ofMillis(1);

  @TempDir Path folder;

  private List<Check> looked(Path stateDir, Set<Role> roles, Map<String, Optional<Clock>> clocks) {
    MachineInspection machine =
        new MachineInspection(stateDir, new Scope(roles, false), null, clocks);
    machine.alone();
    machine.against(new Known(List.of(), List.of()));
    return machine.checks();
  }

  private Check clock(Duration ahead, Duration error) {
    Map<String, Optional<Clock>> clocks = Map.of("source", Optional.of(new Clock(ahead, error)));
    return looked(folder, Set.of(Role.SINK), clocks).get(0);
  }

  @Test
  void clocksThatAreMoreThanASecondApartAreTold() {
    assertEquals(Outcome.OK, clock(Duration.ofMillis(900), QUICK).outcome());
    Check ahead = clock(Duration.ofMillis(2500), QUICK);
    assertEquals(Outcome.WARNING, ahead.outcome());
    assertTrue(
        ahead.detail().startsWith("the source's clock is 2.5 s ahead of this"), ahead::detail);
    assertTrue(clock(Duration.ofSeconds(-3), QUICK).detail().contains("3.0 s behind"));
  }

  @Test
  void aSlowAnswerIsNoWrongClock() {
    assertEquals(Outcome.OK, clock(Duration.ofSeconds(4), Duration.ofSeconds(4)).outcome());
  }

  @Test
  void localStateConcernsOnlyWhoKeepsIt() {
    assertEquals(List.of(), looked(folder, Set.of(Role.CAPTURE), Map.of()));
  }

  @Test
  void theFolderOfLocalStateNeedNotExistYet() throws IOException {
    List<Check> checks = looked(folder.resolve("a/b"), Set.of(Role.AGGREGATE), Map.of());
    assertEquals(List.of("state-dir", "disk for state"), checks.stream().map(Check::what).toList());
    assertEquals(Outcome.OK, checks.get(0).outcome());
    assertTrue(checks.get(1).detail().contains("not known without the source"), checks::toString);
    assertTrue(Files.notExists(folder.resolve("a")), "it was created");
  }

  @Test
  void aFileInTheWayIsTold() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Check check = looked(file.resolve("state"), Set.of(Role.AGGREGATE), Map.of()).get(0);
    assertEquals(Outcome.BLOCKS, check.outcome());
    assertEquals(file + " is no folder", check.detail());
  }
}
