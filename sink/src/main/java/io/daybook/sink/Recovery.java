// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Set;

/**
 * What to do after a failed transaction.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">SQLSTATEs</a>
 */
enum Recovery {
  /** The connection is good and nothing was written: the same again, later. */
  RETRY,
  /** The connection is lost, and with it whether the last transaction was committed. */
  RECONNECT,
  /** It would fail again. */
  NONE;

  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK = "40P01";
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String QUERY_CANCELED = "57014";
  private static final String READ_ONLY = "25006";

  private static final Set<String> RETRIED =
      Set.of(SERIALIZATION_FAILURE, DEADLOCK, LOCK_NOT_AVAILABLE, QUERY_CANCELED);

  /** Connection exception; operator intervention; a time-out of ours that ended the session. */
  private static final Set<String> LOST_CLASSES = Set.of("08", "57");

  private static final Set<String> LOST = Set.of("25P03", "25P04");

  /** The database, the schema or a table is gone: 'daybook migrate' may bring it back. */
  private static final Set<String> GONE = Set.of("3D000", "3F000", "42P01");

  /** Insufficient resources (disk full, too many connections); system error (I/O). */
  private static final Set<String> FULL_CLASSES = Set.of("53", "58");

  static Recovery from(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null || state.length() != 5) {
      return failure instanceof SQLTransientException ? RECONNECT : NONE;
    }
    if (RETRIED.contains(state)) {
      return RETRY;
    }
    String family = state.substring(0, 2);
    // A read-only server is often a demoted primary: only a new connection finds its successor.
    if (state.equals(READ_ONLY)
        || LOST.contains(state)
        || GONE.contains(state)
        || LOST_CLASSES.contains(family)
        || FULL_CLASSES.contains(family)) {
      return RECONNECT;
    }
    return NONE;
  }
}
