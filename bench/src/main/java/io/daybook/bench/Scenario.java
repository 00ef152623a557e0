// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import java.util.List;
import java.util.function.Consumer;

/** Something that is measured. */
interface Scenario {

  /** Two digits, by which it is asked for. */
  String number();

  /** What it does, in one line. */
  String title();

  /**
   * Measures, and compares what came of it with the live query.
   *
   * @param say told in words how far it is
   * @return baselines first
   * @throws IllegalStateException where what was measured did not compute the right rows
   */
  List<Result> run(Size size, Consumer<String> say) throws Exception;
}
