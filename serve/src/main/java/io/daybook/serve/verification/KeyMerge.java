// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.sql.SQLException;

/** Walks two cursors side by side and shows every key that either has. */
final class KeyMerge {
  private KeyMerge() {}

  /** Takes one key after the other, in order. */
  interface Visitor {
    void visit(Observation observation) throws SQLException, InterruptedException;
  }

  static void walk(RowCursor live, RowCursor rollup, Visitor visitor)
      throws SQLException, InterruptedException {
    while (live.key() != null || rollup.key() != null) {
      int order =
          live.key() == null ? 1 : rollup.key() == null ? -1 : live.key().compareTo(rollup.key());
      visitor.visit(
          new Observation(
              order <= 0 ? live.key() : rollup.key(),
              order <= 0 ? live.measures() : null,
              order >= 0 ? rollup.measures() : null));
      if (order <= 0) {
        live.advance();
      }
      if (order >= 0) {
        rollup.advance();
      }
    }
  }
}
