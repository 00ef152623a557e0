// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.daybook.schemas.sql.Supported;
import org.junit.jupiter.api.Test;

class FunctionsTest {
  @Test
  void whatTheSubsetNamesIsWhatCanBeEvaluated() {
    assertEquals(Supported.FUNCTIONS, Functions.names());
  }
}
