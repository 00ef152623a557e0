// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntryKeyTest {

  @Test
  void aKeyHasAllThatAnAnswerDependsOn() {
    EntryKey key = new EntryKey("user-1", "client-2", "rollups", "orders?from=1", 7);
    assertEquals("user-1:client-2:rollups:orders%3Ffrom%3D1:v", key.head());
    assertEquals(":c7", key.tail());
  }

  @Test
  void noPartReachesIntoAnother() {
    EntryKey one = new EntryKey("a:b", "c", "e", "p", 1);
    EntryKey other = new EntryKey("a", "b:c", "e", "p", 1);
    assertNotEquals(one.head(), other.head());
  }

  @Test
  void noUserMakesAnAnswerAVersion() {
    assertFalse(new EntryKey("ver", "c", "e", "p", 1).head().startsWith("ver:"));
  }

  @Test
  void anEntryIsReadAsItWasWritten() {
    Entry entry = new Entry(Instant.parse("2026-03-01T10:00:00.123456Z"), "{\n}\n");
    assertEquals(entry, Entry.parse(entry.text()).orElseThrow());
    assertEquals(Optional.empty(), Entry.parse("nothing of ours"));
  }
}
