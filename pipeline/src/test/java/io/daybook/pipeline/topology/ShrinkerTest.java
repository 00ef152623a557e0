// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private static final int TRIES_MAX = 1_000;
  private static final List<Integer> NUMBERS = IntStream.range(0, 800).boxed().toList();

  @Test
  void leavesWhatTheFailureNeedsInItsOrder() {
    Predicate<List<Integer>> fails = list -> list.containsAll(List.of(3, 4, 500, 799));
    Shrinker.Shrunk<Integer> shrunk = Shrinker.shrink(NUMBERS, TRIES_MAX, fails);
    assertEquals(List.of(3, 4, 500, 799), shrunk.left());
    assertTrue(shrunk.minimal());
    assertTrue(shrunk.tries() < 150, () -> shrunk.tries() + " tries");
  }

  @Test
  void noElementOfWhatIsLeftCanGo() {
    Predicate<List<Integer>> fails = list -> list.stream().mapToInt(each -> each).sum() > 5_000;
    List<Integer> left = Shrinker.shrink(NUMBERS, TRIES_MAX, fails).left();
    assertTrue(fails.test(left));
    for (Integer each : left) {
      assertFalse(fails.test(left.stream().filter(other -> !other.equals(each)).toList()));
    }
  }

  @Test
  void whatFailsAlwaysShrinksToNothing() {
    assertEquals(List.of(), Shrinker.shrink(NUMBERS, TRIES_MAX, list -> true).left());
  }

  @Test
  void stopsAtTheLimitWithAListThatFails() {
    Predicate<List<Integer>> fails = list -> list.size() > 10;
    Shrinker.Shrunk<Integer> shrunk = Shrinker.shrink(NUMBERS, 5, fails);
    assertEquals(5, shrunk.tries());
    assertFalse(shrunk.minimal());
    assertTrue(fails.test(shrunk.left()));
  }
}
