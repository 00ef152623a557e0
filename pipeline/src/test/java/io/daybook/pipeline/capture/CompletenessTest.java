// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CompletenessTest {
  private static final Instant TEN = Instant.parse("2026-01-31T10:00:00Z");

  private final Completeness completeness = new Completeness(new Lsn(100), null);

  @Test
  void withoutATimeThereIsNoWatermark() {
    completeness.event(true, Lsn.ZERO, new Lsn(110), TEN);
    assertNull(completeness.watermark(1));
  }

  @Test
  void theTimeIsThatOfTheTransactionBefore() {
    completeness.event(true, Lsn.ZERO, new Lsn(110), TEN);
    completeness.event(true, new Lsn(120), new Lsn(121), TEN.plusSeconds(1));
    assertEquals(new Watermark(1, new Lsn(121), TEN), completeness.watermark(1));
  }

  @Test
  void aChangeFromBeforeTheLastCommitTakesNothingBack() {
    completeness.heartbeat(TEN);
    completeness.event(true, new Lsn(120), new Lsn(90), TEN.minusSeconds(1));
    completeness.event(true, new Lsn(130), new Lsn(95), TEN.minusSeconds(2));
    assertEquals(new Watermark(1, new Lsn(130), TEN), completeness.watermark(1));
  }

  @Test
  void watermarksWaitForWhatMakesARowRight() {
    completeness.heartbeat(TEN);
    completeness.await(new Lsn(200));
    completeness.await(new Lsn(150));
    completeness.event(true, new Lsn(120), new Lsn(160), TEN);
    assertNull(completeness.watermark(1));
    assertEquals(new Lsn(200), completeness.awaited());
    completeness.event(true, new Lsn(160), new Lsn(200), TEN);
    assertEquals(new Watermark(1, new Lsn(200), TEN), completeness.watermark(1));
    assertEquals(Lsn.ZERO, completeness.awaited());
  }

  @Test
  void aHeartbeatCarriesTheClock() {
    assertEquals(
        Instant.parse("2026-01-31T10:00:00.123456Z"),
        Heartbeat.read("1769853600123456".getBytes()).clock());
    assertNull(Heartbeat.read("somebody else's".getBytes()));
  }
}
