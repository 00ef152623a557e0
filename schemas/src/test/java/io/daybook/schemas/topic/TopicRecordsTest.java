// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.RollupFixture;
import io.daybook.schemas.catalogue.SpecialNumber;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicRecordsTest {
  private final RollupRecords records = new RollupRecords(RollupFixture.entries());

  @ParameterizedTest
  @ValueSource(strings = {"0/0", "0/1", "16/B374D848", "0/FFFFFFFF", "FFFFFFFF/FFFFFFFF"})
  void lsnsComeBackAsTheyWere(String text) {
    assertEquals(text, Lsn.parse(text).toString());
  }

  @Test
  void marksOfLoadsSurviveTheirHeader() {
    for (LoadMark mark :
        List.of(new LoadMark(0, false), new LoadMark(1, false), new LoadMark(12, true))) {
      RecordHeaders headers = new RecordHeaders();
      mark.addTo(headers);
      assertEquals(mark, LoadMark.of(headers));
    }
    assertEquals(0, new RecordHeaders().toArray().length);
  }

  @Test
  void lsnsCompareUnsigned() {
    assertTrue(Lsn.parse("80000000/0").compareTo(Lsn.parse("7FFFFFFF/FFFFFFFF")) > 0);
    assertEquals(Lsn.ZERO, Lsn.parse("0/0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "16", "/16", "x/1", "1/", "1/x"})
  void whatIsNoLsnIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Lsn.parse(text));
  }

  @Test
  void positionsComeBackFromTheirHeader() {
    Position position = new Position(12, Lsn.parse("16/B374D848"), Lsn.parse("16/B374D900"));
    RecordHeaders headers = new RecordHeaders();
    headers.add(Position.HEADER, position.toHeader());
    assertEquals(position, Position.read(headers));
    assertEquals(12, Position.epoch(headers));
    assertEquals(
        "12:16/B374D848:16/B374D900", new String(position.toHeader(), StandardCharsets.US_ASCII));
  }

  @Test
  void aForeignRecordHasNoPositionAndEpochZero() {
    assertNull(Position.read(new RecordHeaders()));
    assertEquals(0, Position.epoch(new RecordHeaders()));
  }

  @Test
  void watermarksKeepTheirMicroseconds() {
    Watermark watermark =
        new Watermark(1, Lsn.parse("0/16B3748"), Instant.parse("2026-01-31T10:00:00.123456Z"));
    byte[] value = ControlRecord.write(watermark);
    assertEquals(watermark, ControlRecord.readWatermark(value));
    assertEquals(
        "{\"watermark\":{\"epoch\":1,\"lsn\":\"0/16B3748\","
            + "\"time\":\"2026-01-31T10:00:00.123456Z\"}}",
        new String(value, StandardCharsets.UTF_8));
  }

  @Test
  void aWatermarkCarriesTheAccountOfItsPartition() {
    Watermark watermark = new Watermark(2, Lsn.parse("0/16B3748"), Instant.EPOCH);
    Account account = new Account(1, 5_000_000_000L);
    byte[] value = ControlRecord.write(watermark, account, 3);
    assertEquals(watermark, ControlRecord.readWatermark(value));
    assertEquals(Optional.of(account), ControlRecord.readAccount(value));
    assertEquals(
        "{\"watermark\":{\"epoch\":2,\"lsn\":\"0/16B3748\","
            + "\"time\":\"1970-01-01T00:00:00Z\",\"records\":5000000000,\"countedFrom\":1,\"load\":3}}",
        new String(value, StandardCharsets.UTF_8));
    assertEquals(Optional.empty(), ControlRecord.readAccount(ControlRecord.write(watermark)));
    assertEquals(3, ControlRecord.readLoad(value));
    assertEquals(0, ControlRecord.readLoad(ControlRecord.write(watermark)));
    byte[] uncounted = ControlRecord.write(watermark, null, 1);
    assertEquals(Optional.empty(), ControlRecord.readAccount(uncounted));
    assertEquals(1, ControlRecord.readLoad(uncounted));
  }

  @Test
  void keysGoWhereAProducerPutsThem() {
    for (int partitions = 1; partitions < 20; partitions++) {
      Topic topic = new Topic("t", partitions, Map.of());
      for (int n = 0; n < 200; n++) {
        byte[] key = ("{\"id\":\"" + n * n + "\"}").getBytes(StandardCharsets.UTF_8);
        assertEquals(BuiltInPartitioner.partitionForKey(key, partitions), topic.partitionOf(key));
      }
    }
  }

  @Test
  void watermarksOrderByEpochThenLsn() {
    Watermark old = new Watermark(1, Lsn.parse("F/0"), Instant.EPOCH);
    Watermark later = new Watermark(2, Lsn.parse("0/1"), Instant.EPOCH);
    Watermark last = new Watermark(2, Lsn.parse("0/2"), Instant.EPOCH.minusSeconds(1));
    assertTrue(old.compareTo(later) < 0 && later.compareTo(last) < 0);
  }

  @Test
  void fencesComeBackAsTheyWere() {
    for (Fence fence : new Fence[] {new Fence.Truncate(1), new Fence.SnapshotEnd(7)}) {
      assertEquals(fence, ControlRecord.readFence(ControlRecord.write(fence)));
    }
    byte[] unknown = "{\"fence\":{\"kind\":\"x\",\"epoch\":1}}".getBytes(StandardCharsets.UTF_8);
    assertThrows(IllegalArgumentException.class, () -> ControlRecord.readFence(unknown));
  }

  @Test
  void controlKeysAreToldFromRows() {
    byte[] row = "{\"id\":\"watermark\"}".getBytes(StandardCharsets.UTF_8);
    assertTrue(ControlRecord.isWatermark(ControlRecord.watermarkKey()));
    assertTrue(ControlRecord.isFence(ControlRecord.fenceKey()));
    assertFalse(ControlRecord.isWatermark(ControlRecord.fenceKey()));
    assertFalse(ControlRecord.isFence(row) || ControlRecord.isWatermark(row));
    ControlRecord.watermarkKey()[0] = 0;
    assertTrue(ControlRecord.isWatermark(ControlRecord.watermarkKey()));
  }

  @Test
  void rollupKeysComeBackAsTextAndAlwaysWithTheSameBytes() {
    Object[] key = {"w \"1\" \uD83C\uDF31", 20_484, new BigDecimal("1.5"), null};
    byte[] bytes = records.key(key);
    assertArrayEquals(bytes, records.key(key.clone()));
    assertEquals(
        Arrays.asList("w \"1\" \uD83C\uDF31", "2026-01-31", "1.5", null), records.readKey(bytes));
    assertEquals(
        "{\"workspace_id\":\"w \\\"1\\\" \\uD83C\\uDF31\",\"day\":\"2026-01-31\","
            + "\"kind\":\"1.5\",\"flag\":null}",
        new String(bytes, StandardCharsets.UTF_8));
  }

  @Test
  void rollupValuesComeBackAsText() {
    byte[] bytes = records.value(new Object[] {3L, 0L, null, SpecialNumber.NAN});
    assertEquals(Arrays.asList("3", "0", null, "NaN"), records.readValue(bytes));
    assertEquals(
        "{\"measures\":{\"entries\":3,\"amounts\":0,\"total\":null,\"exact\":\"NaN\"}}",
        new String(bytes, StandardCharsets.UTF_8));
  }

  @Test
  void aDefinitionRecordedBeforeUniqueColumnsCountedCanBeRead() {
    String table = "{'name':{'schema':'public','name':'t'},'columns':[],'primaryKey':['id']}";
    String record =
        "{'rollup':'r','generation':1,'texts':{},'catalogue':{'searchPath':['public'],"
            + ("'tables':{'t':" + table + "},'expressions':{},'outputs':{}}}");
    DefinitionRecord read =
        DefinitionRecord.read(record.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(), read.catalogue().tables().get("t").unique());
    assertEquals(read, DefinitionRecord.read(read.value()));
  }
}
