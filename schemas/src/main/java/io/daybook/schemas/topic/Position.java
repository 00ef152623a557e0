// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Where a CDC record stands in the source's history; every record of a CDC topic carries it as the
 * header {@value #HEADER}, as text: {@code epoch:previousCommit:change}, for example {@code
 * 1:0/16B3748:0/16B3790}.
 *
 * <p>Positions serve fences, watermarks and accounting. They do not order the changes of a row:
 * that is the topic's order, since a transaction that was open across the slot's consistent point
 * streams changes whose LSN lies below the snapshot's.
 *
 * @param epoch grows with every snapshot; foreign topics without the header count as epoch 0
 * @param previousCommit commit LSN of the transaction before this one, zero in a snapshot
 * @param change LSN of the change itself; all rows of a snapshot or of one multi-row insert share
 *     it
 */
public record Position(int epoch, Lsn previousCommit, Lsn change) {
  public static final String HEADER = "daybook.position";

  /** The position in a record's headers, or null where there is none. */
  public static Position read(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null) {
      return null;
    }
    String text = new String(header.value(), StandardCharsets.US_ASCII);
    int first = text.indexOf(':');
    int second = text.indexOf(':', first + 1);
    return new Position(
        Integer.parseInt(text, 0, first, 10),
        Lsn.parse(text.substring(first + 1, second)),
        Lsn.parse(text.substring(second + 1)));
  }

  /** Just the epoch, which is all that row stores need; 0 where there is no header. */
  public static int epoch(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    int epoch = 0;
    for (int i = 0; header != null && header.value()[i] != ':'; i++) {
      epoch = epoch * 10 + (header.value()[i] - '0');
    }
    return epoch;
  }

  /** The value of the header. */
  public byte[] toHeader() {
    return (epoch + ":" + previousCommit + ":" + change).getBytes(StandardCharsets.US_ASCII);
  }
}
