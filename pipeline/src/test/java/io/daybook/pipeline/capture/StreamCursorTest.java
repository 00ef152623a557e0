// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.topic.Lsn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamCursorTest {
  private record Event(long transaction, long previousCommit, long change) {}

  /** Long transactions with rows that share an LSN, and one whose changes lie below the others. */
  private static final List<Event> STREAM =
      List.of(
          new Event(7, 0, 110),
          new Event(7, 0, 110),
          new Event(7, 0, 110),
          new Event(8, 120, 121),
          new Event(9, 130, 105),
          new Event(9, 130, 105),
          new Event(9, 130, 131),
          new Event(10, 140, 141));

  @Test
  void everyEventPassesOnceWhereverTheStreamIsCut() {
    for (int cut = 0; cut <= STREAM.size(); cut++) {
      StreamCursor before = new StreamCursor(ResumePoint.at(new Lsn(100)));
      List<Event> passed = pass(before, STREAM.subList(0, cut));
      StreamCursor after = new StreamCursor(before.point());
      passed.addAll(pass(after, sentAgain(before.point())));
      assertEquals(STREAM, passed, "cut at " + cut);
    }
  }

  @Test
  void theSlotIsNeverConfirmedBeyondATransactionThatIsOpen() {
    StreamCursor cursor = new StreamCursor(ResumePoint.at(new Lsn(100)));
    pass(cursor, STREAM.subList(0, 5));
    assertEquals(new ResumePoint(new Lsn(130), 9, 1, new Lsn(105)), cursor.point());
  }

  @Test
  void anotherTransactionThanTheOneThatWasOpenIsRefused() {
    StreamCursor cursor = new StreamCursor(new ResumePoint(new Lsn(130), 9, 2, new Lsn(105)));
    assertThrows(
        HistoryBrokenException.class, () -> cursor.advance(10, new Lsn(130), new Lsn(141)));
  }

  @Test
  void anotherChangeThanTheLastOneIsRefused() {
    StreamCursor cursor = new StreamCursor(new ResumePoint(new Lsn(130), 9, 1, new Lsn(105)));
    assertThrows(HistoryBrokenException.class, () -> cursor.advance(9, new Lsn(130), new Lsn(106)));
  }

  private static List<Event> pass(StreamCursor cursor, List<Event> events) {
    List<Event> passed = new ArrayList<>();
    for (Event event : events) {
      if (cursor.advance(
          event.transaction(), new Lsn(event.previousCommit()), new Lsn(event.change()))) {
        passed.add(event);
      }
    }
    return passed;
  }

  /** As Postgres does it: every transaction that committed after the point, whole. */
  private static List<Event> sentAgain(ResumePoint point) {
    assertTrue(point.start().value() >= 100);
    return STREAM.stream()
        .filter(event -> Math.max(100, event.previousCommit()) >= point.start().value())
        .toList();
  }
}
