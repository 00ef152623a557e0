// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What a record of a table says that was read beside the stream, as the header {@value #HEADER}:
 * {@code 2} since the table's second load in its epoch began, {@code 2:read} of a row that this
 * load has read. Records of other tables have no such header.
 *
 * @param number of the load, from 1; 0 where there was none
 * @param read whether it is a row that the load has read, rather than a change that was streamed
 */
public record LoadMark(int number, boolean read) {
  public static final String HEADER = "daybook.load";

  private static final LoadMark NONE = new LoadMark(0, false);
  private static final String READ = ":read";

  /** The mark in a record's headers. */
  public static LoadMark of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null) {
      return NONE;
    }
    String text = new String(header.value(), StandardCharsets.US_ASCII);
    boolean read = text.endsWith(READ);
    int end = text.length() - (read ? READ.length() : 0);
    return new LoadMark(Integer.parseInt(text, 0, end, 10), read);
  }

  /** Adds it, where it says something. */
  public void addTo(Headers headers) {
    if (number > 0) {
      String text = number + (read ? READ : "");
      headers.add(HEADER, text.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
