// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.daybook.serve.verification.Difference;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifyTextTest {
  @Test
  void afterDriftItSaysWhatToDo() {
    Difference difference = new Difference("orders", Map.of("workspace_id", "3"), "n", "1", "2");
    List<String> drift = VerifyText.lines(of(Verdict.DRIFT, List.of(difference)));
    assertEquals("orders {workspace_id=3} n: rollup 1, live 2", drift.get(0));
    assertTrue(drift.get(1).contains("'daybook run --resnapshot'"), drift.get(1));
    assertTrue(drift.get(2).contains("changed by hand"), drift.get(2));
    assertEquals(1, VerifyText.lines(of(Verdict.EQUAL, List.of())).size());
  }

  private static Verification of(Verdict verdict, List<Difference> differences) {
    return new Verification(
        verdict, null, 10, differences.size(), differences.size(), differences, 0, 0, 0, List.of());
  }
}
