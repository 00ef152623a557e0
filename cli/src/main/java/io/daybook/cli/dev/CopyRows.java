// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows on their way into one table by COPY. Closing without {@link #finish} cancels the COPY. */
final class CopyRows implements AutoCloseable {
  private static final int FLUSH_CHARS = 1 << 16;

  private final CopyIn copy;
  private final StringBuilder buffer = new StringBuilder(FLUSH_CHARS + (1 << 14));

  /** Starts a COPY into the named table and columns, e.g. {@code "Client" (id, name)}. */
  CopyRows(Connection connection, String target) throws SQLException {
    this.copy =
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + target + " FROM STDIN");
  }

  /** Adds a row. Null is NULL, an {@link Instant} is a time in UTC, all else its text. */
  void add(Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        buffer.append('\t');
      }
      if (values[i] == null) {
        buffer.append("\\N");
      } else {
        escape(values[i].toString());
      }
    }
    buffer.append('\n');
    if (buffer.length() >= FLUSH_CHARS) {
      flush();
    }
  }

  /** Ends the COPY and answers how many rows Postgres took. */
  long finish() throws SQLException {
    flush();
    return copy.endCopy();
  }

  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }

  private void flush() throws SQLException {
    byte[] bytes = buffer.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    buffer.setLength(0);
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> buffer.append("\\\\");
        case '\t' -> buffer.append("\\t");
        case '\n' -> buffer.append("\\n");
        case '\r' -> buffer.append("\\r");
        default -> buffer.append(c);
      }
    }
  }
}
