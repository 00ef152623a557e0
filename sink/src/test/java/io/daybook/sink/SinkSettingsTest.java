// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SinkSettingsTest {
  private static final SinkSettings SETTINGS =
      SinkSettings.of(
          SinkSettings.Target.of("jdbc:postgresql://db/app?password=secret", "me", "secret"),
          SinkSettings.Cache.of(URI.create("redis://:secret@cache:6379")),
          Map.of(
              "bootstrap.servers", "kafka:9092",
              "isolation.level", "read_uncommitted",
              "session.timeout.ms", "20000"),
          new Topics("app", 4));

  @Test
  void printsNoPassword() {
    assertFalse(SETTINGS.target().toString().contains("secret"), SETTINGS.target().toString());
    assertFalse(SETTINGS.cache().toString().contains("secret"), SETTINGS.cache().toString());
  }

  @Test
  void pinsItsDefaults() {
    assertEquals("analytics:v1:ver:", SETTINGS.cache().keyPrefix());
    assertEquals(Duration.ZERO, SETTINGS.cache().bumpInterval());
    assertEquals(Duration.ofSeconds(2), SETTINGS.cache().timeout());
    assertEquals(Duration.ofSeconds(5), SETTINGS.target().lockTimeout());
    assertEquals(Duration.ofSeconds(30), SETTINGS.target().statementTimeout());
    assertEquals(5_000, SETTINGS.batchRecordsMax());
    assertEquals(Duration.ofSeconds(10), SETTINGS.backoffMax());
  }

  @Test
  void letsTheUserOverrideWhatExactnessDoesNotRestOn() {
    Map<String, Object> consumer = ConsumerProperties.of(Records.ROLLUP, SETTINGS);

    assertEquals("20000", consumer.get("session.timeout.ms"));
    assertEquals("read_committed", consumer.get("isolation.level"));
    assertEquals("none", consumer.get("auto.offset.reset"));
    assertEquals(false, consumer.get("enable.auto.commit"));
    assertEquals("app-sink-daily-g1", consumer.get("group.id"));
  }

  @Test
  void namesTheLimitThatIsWrong() {
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new SinkSettings(
                    SETTINGS.target(),
                    SETTINGS.cache(),
                    SETTINGS.kafka(),
                    SETTINGS.topics(),
                    0,
                    Duration.ofSeconds(1)));

    assertTrue(failure.getMessage().contains("batchRecordsMax is 0"), failure.getMessage());
  }
}
