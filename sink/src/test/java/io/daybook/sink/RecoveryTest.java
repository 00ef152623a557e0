// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "40001, RETRY",
    "40P01, RETRY",
    "55P03, RETRY",
    "57014, RETRY",
    "08006, RECONNECT",
    "57P01, RECONNECT",
    "53100, RECONNECT",
    "53300, RECONNECT",
    "58030, RECONNECT",
    "25006, RECONNECT",
    "25P03, RECONNECT",
    "22P02, NONE",
    "23514, NONE",
    "42P01, RECONNECT",
    "3D000, RECONNECT",
    "42703, NONE",
    "42501, NONE"
  })
  void followsTheSqlState(String state, Recovery expected) {
    assertEquals(expected, Recovery.from(new SQLException("it failed", state)));
  }

  @Test
  void trustsTheClassOfAnErrorWithoutState() {
    assertEquals(
        Recovery.RECONNECT, Recovery.from(new SQLTransientConnectionException("none is free")));
    assertEquals(Recovery.NONE, Recovery.from(new SQLException("the driver's own")));
  }
}
