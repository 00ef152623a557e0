// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 ms",
    "PT0.18S, 180 ms",
    "PT1.9S, 1 s",
    "PT1M11S, 71 s",
    "PT5M, 5 min",
    "PT5M30S, 5 min 30 s",
    "PT2H5M, 2 h 5 min",
    "P3DT1H, 3 days 1 h",
    "-PT4S, -4 s"
  })
  void oneUnitOrTwo(Duration time, String text) {
    assertEquals(text, Durations.text(time));
  }
}
