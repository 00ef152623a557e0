// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static final Watermark LOW = new Watermark(1, new Lsn(10), Instant.EPOCH);
  private static final Watermark HIGH = new Watermark(1, new Lsn(20), Instant.EPOCH);

  @Test
  void keepsTheLastWordOnEachKey() {
    Batch batch =
        Batch.of(
            Records.FORMAT,
            List.of(
                Records.row(0, 5, "w1", "d", 1L),
                Records.row(0, 6, "w2", "d", 2L),
                Records.row(0, 7, "w1", "d", null),
                Records.row(0, 8, "w2", "d", 3L)));

    assertEquals(List.of("3"), batch.upserts().get(0).measures());
    assertEquals(8, batch.upserts().get(0).offset());
    assertEquals(1, batch.upserts().size());
    assertEquals("w1", batch.deletes().get(0).workspace());
    assertEquals(1, batch.deletes().size());
    assertEquals(4, batch.records());
  }

  @Test
  void sortsByKeyWithNullFirstWhateverPartitionARowComesFrom() {
    Batch batch =
        Batch.of(
            Records.FORMAT,
            List.of(
                Records.row(1, 0, "w2", "a", 1L),
                Records.row(0, 0, "w1", "b", 1L),
                Records.row(2, 0, "w1", null, 1L),
                Records.row(0, 1, "w1", "", 1L)));

    assertEquals(
        List.of(
            Arrays.asList("w1", "2024-10-04", null),
            List.of("w1", "2024-10-04", ""),
            List.of("w1", "2024-10-04", "b"),
            List.of("w2", "2024-10-04", "a")),
        batch.upserts().stream().map(Row::key).toList());
  }

  @Test
  void advancesEachPartitionPastItsLastRecordWithItsHighestWatermark() {
    Batch batch =
        Batch.of(
            Records.FORMAT,
            List.of(
                Records.watermark(1, 7, HIGH),
                Records.watermark(1, 8, LOW),
                Records.row(0, 3, "w", "d", 1L),
                Records.row(1, 11, "w", "e", 1L)));

    assertEquals(List.of(new Advance(0, 4, null), new Advance(1, 12, HIGH)), batch.advances());
  }

  @Test
  void hasNoRowsWhereThereAreWatermarksOnly() {
    assertFalse(Batch.of(Records.FORMAT, List.of(Records.watermark(0, 0, LOW))).hasNews());
    assertTrue(Batch.of(Records.FORMAT, List.of(Records.row(0, 0, "w", "d", null))).hasNews());
  }

  @Test
  void namesThePlaceOfARecordThatItCannotRead() {
    byte[] key = "{\"workspace_id\":\"w\"}".getBytes(StandardCharsets.UTF_8);
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(
            Records.row(3, 40, "w", "d", 1L),
            new ConsumerRecord<>(Records.TOPIC, 3, 41, key, null));

    SinkException failure =
        assertThrows(SinkException.class, () -> Batch.of(Records.FORMAT, records));

    assertTrue(
        failure.getMessage().contains("t.rollup.daily.g1, partition 3, offset 41"),
        failure.getMessage());
  }

  @Test
  void neverMovesAClaimsWatermarkBack() {
    Claim claim = new Claim(0, 1, 5, null);

    Claim high = claim.after(new Advance(0, 8, HIGH));
    Claim later = high.after(new Advance(0, 9, LOW)).after(new Advance(0, 10, null));

    assertEquals(new Claim(0, 1, 10, HIGH), later);
  }
}
