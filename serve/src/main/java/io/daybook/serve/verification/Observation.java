// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.util.List;
import java.util.Objects;

/**
 * A key as both sides showed it.
 *
 * @param live its measures as comparable text, or null where there is no row
 * @param rollup likewise
 */
record Observation(Key key, List<String> live, List<String> rollup) {
  boolean isEqual() {
    return Objects.equals(live, rollup);
  }
}
