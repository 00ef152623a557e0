// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SentinelTest {
  private static final String INFO = "# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\n";
  private static final SentinelTable.Remembered REMEMBERED = new SentinelTable.Remembered(3, 70);

  @Test
  void nothingIsLostWhileTheSameServerShowsAtLeastWhatIsRemembered() {
    assertLoss(null, INFO, "3", "70", "abc");
    assertLoss(null, INFO, "3", "99", "abc");
  }

  @Test
  void eachWayOfLosingDataIsToldApart() {
    assertLoss(Loss.GONE, INFO, null, null, null);
    assertLoss(Loss.GONE, INFO, null, "1", null);
    assertLoss(Loss.EARLIER, INFO, "2", "99", "abc");
    assertLoss(Loss.EARLIER, INFO, "4", "99", "abc");
    assertLoss(Loss.BEHIND, INFO, "3", "69", "abc");
    assertLoss(Loss.RESTARTED, INFO, "3", "70", "other");
    assertLoss(Loss.RESTARTED, INFO, "3", "70", Sentinel.UNKNOWN);
    assertLoss(Loss.UNFINISHED, INFO, "3", "70", "");
    assertLoss(Loss.UNFINISHED, INFO, "3", "70", null);
  }

  @Test
  void withoutInfoTheSentinelAloneDecides() {
    assertLoss(null, null, "3", "70", "abc");
    assertLoss(null, "# a proxy", "3", "70", Sentinel.UNKNOWN);
    assertLoss(Loss.BEHIND, null, "3", "69", "abc");
  }

  private static void assertLoss(Loss expected, String info, String... fields) {
    Sentinel sentinel = Sentinel.of(Arrays.asList(fields), info);
    assertEquals(Optional.ofNullable(expected), sentinel.lossSince(REMEMBERED));
  }
}
