// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Leaves out of a list what its failure does not need: halves first, then ever smaller pieces, then
 * single elements until none can go.
 *
 * @see <a href="https://www.st.cs.uni-saarland.de/papers/tse2002/">Zeller, Hildebrandt: Simplifying
 *     and isolating failure-inducing input</a>
 */
public final class Shrinker<T> {
  private final Predicate<List<T>> fails;
  private final int triesMax;
  private int tries;
  private List<T> left;

  private Shrinker(List<T> failing, int triesMax, Predicate<List<T>> fails) {
    this.left = List.copyOf(failing);
    this.triesMax = triesMax;
    this.fails = fails;
  }

  /**
   * What is left of a list.
   *
   * @param tries how many lists were looked at
   * @param minimal whether it is known that without any one element it does not fail
   */
  public record Shrunk<T>(List<T> left, int tries, boolean minimal) {}

  /**
   * The list without what it can do without.
   *
   * @param failing a list that fails
   * @param triesMax how many shorter ones to look at, at most
   * @param fails whether a list, whose elements are in their order, fails as well
   */
  public static <T> Shrunk<T> shrink(List<T> failing, int triesMax, Predicate<List<T>> fails) {
    return new Shrinker<>(failing, triesMax, fails).run();
  }

  private Shrunk<T> run() {
    int piece = Math.max(1, left.size() / 2);
    while (tries < triesMax) {
      boolean shorter = withoutPieces(piece);
      if (piece == 1 && !shorter) {
        return new Shrunk<>(left, tries, tries < triesMax);
      }
      piece = Math.max(1, Math.min(piece, left.size()) / 2);
    }
    return new Shrunk<>(left, tries, false);
  }

  /** Tries to leave out each piece, the last first: what came later depends on what came before. */
  private boolean withoutPieces(int length) {
    boolean shorter = false;
    for (int end = left.size(); end > 0 && tries < triesMax; end -= length) {
      List<T> candidate = new ArrayList<>(left.subList(0, Math.max(0, end - length)));
      candidate.addAll(left.subList(end, left.size()));
      tries++;
      if (fails.test(candidate)) {
        left = List.copyOf(candidate);
        shorter = true;
      }
    }
    return shorter;
  }
}
