// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.sql.SQLException;

/** The user's own SELECT ends in an error on the rows of now, so there is nothing to compare. */
final class LiveQueryException extends SQLException {
  private static final long serialVersionUID = 1L;

  /** SQLSTATE class of data exceptions: overflow, division by zero, a cast that fails. */
  private static final String DATA_EXCEPTION = "22";

  private LiveQueryException(SQLException cause) {
    super(cause.getMessage(), cause.getSQLState(), cause);
  }

  /** The same error, as one of these where it comes from the data. */
  static SQLException of(SQLException error) {
    String state = error.getSQLState();
    return state != null && state.startsWith(DATA_EXCEPTION)
        ? new LiveQueryException(error)
        : error;
  }
}
