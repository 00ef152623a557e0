// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.daybook.schemas.catalogue.SpecialNumber;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.topic.Account;
import io.daybook.schemas.topic.ControlRecord;
import io.daybook.schemas.topic.Fence;
import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.RollupRecords;
import io.daybook.schemas.topic.Watermark;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the records write, the published schemas allow, and little else. */
class RecordSchemasTest {
  private final RecordSchemas schemas = new RecordSchemas(Path.of("."));
  private final RollupRecords records = new RollupRecords(RollupFixture.entries());

  RecordSchemasTest() throws IOException {}

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        -1_000_000,
        2_147_483_493 - 2_440_588,
        -2_440_588,
        SqlText.DATE_INFINITY,
        SqlText.DATE_NEGATIVE_INFINITY
      })
  void rollupRecordsAreValidOnEveryDay(int day) {
    schemas.validateKey(records.key(new Object[] {"w \"1\"", day, new BigDecimal("1.5"), true}));
    schemas.validateKey(records.key(new Object[] {"", day, SpecialNumber.NAN, null}));
    schemas.validateKey(records.key(new Object[] {"w", day, null, false}));
  }

  @Test
  void rollupValuesAreValid() {
    schemas.validateValue(records.value(new Object[] {1L, 0L, null, SpecialNumber.NAN}));
    schemas.validateValue(
        records.value(new Object[] {Long.MAX_VALUE, 2L, -3L, new BigDecimal("0.10")}));
  }

  @Test
  void controlRecordsAreValid() {
    Watermark watermark =
        new Watermark(3, Lsn.parse("16/B374D848"), Instant.parse("2026-01-31T10:00:00.123456Z"));
    schemas.validateWatermark(ControlRecord.watermarkKey(), ControlRecord.write(watermark));
    schemas.validateWatermark(
        ControlRecord.watermarkKey(), ControlRecord.write(watermark, new Account(1, 1L << 40), 2));
    Watermark healing = new Watermark(4, Lsn.ZERO, Instant.EPOCH);
    schemas.validateWatermark(ControlRecord.watermarkKey(), ControlRecord.write(healing));
    for (boolean complete : new boolean[] {true, false}) {
      byte[] refreshed = ControlRecord.writeRefreshed(1L << 52, complete);
      schemas.validateRefreshed(ControlRecord.refreshedKey(), refreshed);
      assertEquals(1L << 52, ControlRecord.readRefreshed(refreshed));
      assertEquals(complete, ControlRecord.readComplete(refreshed));
    }
    for (Fence fence : new Fence[] {new Fence.Truncate(1), new Fence.SnapshotEnd(2)}) {
      schemas.validateFence(ControlRecord.fenceKey(), ControlRecord.write(fence));
    }
  }

  @Test
  void anAccountIsWholeOrNotThere() {
    String start = "{\"watermark\":{\"epoch\":1,\"lsn\":\"0/1\",\"time\":\"1970-01-01T00:00:00Z\"";
    byte[] key = ControlRecord.watermarkKey();
    refused(() -> schemas.validateWatermark(key, utf8(start + ",\"records\":1}}")));
    refused(() -> schemas.validateWatermark(key, utf8(start + ",\"countedFrom\":1}}")));
  }

  @Test
  void changesAsDebeziumWritesThemAreValid() {
    byte[] key = utf8("{\"id\":\"m1\"}");
    String source = ",\"source\":{\"schema\":\"public\",\"table\":\"Message\",\"lsn\":1}";
    schemas.validateChange(
        key, utf8("{\"before\":null,\"after\":{\"id\":\"m1\"},\"op\":\"c\"" + source + "}"));
    schemas.validateChange(
        key, utf8("{\"before\":{\"id\":\"m1\"},\"after\":null,\"op\":\"d\"" + source + "}"));
    refused(() -> schemas.validateChange(key, utf8("{\"after\":null,\"op\":\"u\"}")));
    refused(() -> schemas.validateChange(utf8("{}"), utf8("{\"after\":null,\"op\":\"d\"}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"workspace_id\":1,\"day\":\"2026-01-31\"}",
        "{\"workspace_id\":\"w\",\"day\":\"2026-1-31\"}",
        "{\"workspace_id\":\"w\",\"day\":20484}",
        "{\"workspace_id\":\"w\",\"day\":\"2026-01-31\",\"kind\":1.5}",
        "{\"workspace_id\":\"w\",\"day\":\"2026-01-31\",\"kind\":[]}"
      })
  void otherKeysAreRefused(String key) {
    refused(() -> schemas.validateKey(utf8(key)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"measures\":{}}",
        "{\"measures\":{\"n\":1.5}}",
        "{\"measures\":{\"n\":1},\"x\":1}"
      })
  void otherValuesAreRefused(String value) {
    refused(() -> schemas.validateValue(utf8(value)));
  }

  private static void refused(org.junit.jupiter.api.function.Executable validation) {
    assertThrows(AssertionError.class, validation);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
