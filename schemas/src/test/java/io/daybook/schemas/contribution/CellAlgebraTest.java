// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.contribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.RollupFixture;
import io.daybook.schemas.definition.Rollup;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellAlgebraTest {
  private final Rollup rollup = RollupFixture.entries();
  private final Contributor contributor = new Contributor(rollup, rollup.facts().get(0));
  private final CellAlgebra algebra = new CellAlgebra(rollup);

  @Test
  void additionsAndRetractionsCancelOutInAnyOrder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 500; run++) {
      List<Delta> deltas = new ArrayList<>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        Contribution.ToCell before = contribution(random.nextInt(100));
        Contribution.ToCell after = contribution(random.nextInt(100));
        deltas.add(contributor.addition(before));
        deltas.add(contributor.difference(before, after));
        deltas.add(contributor.retraction(after));
      }
      Collections.shuffle(deltas, random);
      Cell cell = algebra.zero();
      for (Delta delta : deltas) {
        cell = algebra.readCell(algebra.write(algebra.plus(cell, delta)));
      }
      assertTrue(algebra.isZero(cell), "seed " + seed + " run " + run + ": " + cell);
    }
  }

  @Test
  void aCellShowsWhatWasAdded() {
    Cell cell = algebra.plus(algebra.zero(), contributor.addition(contribution(7)));
    assertTrue(algebra.isPresent(cell) && algebra.isSettled(cell));
    assertArrayEquals(new Object[] {1L, 1L, 7L, new BigDecimal("1.50")}, algebra.values(cell));
  }

  @Test
  void aRetractionThatCameFirstIsKeptButNotShown() {
    Cell cell = algebra.plus(algebra.zero(), contributor.retraction(contribution(7)));
    assertFalse(algebra.isSettled(cell) || algebra.isPresent(cell) || algebra.isZero(cell));
  }

  @Test
  void aRowWithoutWorkspaceOrDayContributesNothing() {
    assertNull(contributor.of(row(null, 1, 7)));
    assertNull(contributor.of(row("w", null, 7)));
    assertNull(contributor.of(new Object[1][]));
  }

  @Test
  void equalNumbersAreOneCell() {
    Contribution.ToCell one =
        contribution(new Object[][] {{1L, "w", 1, new BigDecimal("1.5"), true, 1L}});
    Contribution.ToCell two =
        contribution(new Object[][] {{1L, "w", 1, new BigDecimal("1.50"), true, 1L}});
    assertTrue(one.sameCell(two));
    assertEquals(one, two);
  }

  private Contribution.ToCell contribution(long amount) {
    return contribution(row("w", 1, amount));
  }

  private Contribution.ToCell contribution(Object[][] row) {
    return (Contribution.ToCell) contributor.of(row);
  }

  private static Object[][] row(String who, Integer day, long amount) {
    return new Object[][] {{1L, who, day, new BigDecimal("1.50"), true, amount}};
  }
}
