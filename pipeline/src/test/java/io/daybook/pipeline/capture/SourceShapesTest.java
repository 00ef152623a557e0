// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SourceShapesTest {
  private static final String WEIGHT = "column weight";
  private static final Map<String, String> BEFORE =
      Map.of(
          WEIGHT,
          "2 integer",
          SourceShapes.PARTITIONS,
          "10@5\n11@5",
          SourceShapes.FILES,
          "a",
          SourceShapes.ALTERED + "n",
          "700 700",
          SourceShapes.LABELS + "state",
          "1=new\n2=old");

  @Test
  void equalShapesAreNoChange() {
    assertNull(change(BEFORE));
  }

  @Test
  void anotherFixedPartIsAChangeThatSaysWhatItWas() {
    assertEquals(
        "public.Parcel: column weight was 2 integer, is now 7 integer",
        change(with(WEIGHT, "7 integer")));
    SortedMap<String, String> without = new TreeMap<>(BEFORE);
    without.remove(WEIGHT);
    assertEquals("public.Parcel: column weight was 2 integer, is now none", change(without));
  }

  @Test
  void aTableThatIsGoneIsAChange() {
    SourceShapes gone = new SourceShapes("", "", "", new TreeMap<>());
    assertNotNull(shapes(BEFORE).change(new SourceShapes.Look(gone, Set.of())));
  }

  @Test
  void anEmptyPartitionMoreIsHarmlessAndOneWithRowsIsNot() {
    Map<String, String> more = with(SourceShapes.PARTITIONS, "10@5\n11@5\n12@9");
    assertNull(shapes(BEFORE).change(new SourceShapes.Look(shapes(more), Set.of("12@9"))));
    assertChanged(more);
  }

  @Test
  void aPartitionLessOrAttachedAgainIsAChange() {
    assertChanged(with(SourceShapes.PARTITIONS, "10@5"));
    Map<String, String> again = with(SourceShapes.PARTITIONS, "10@5\n11@8");
    assertChanged(again);
  }

  @Test
  void newFilesOrAnAlterationAloneAreHarmlessAndBothAreNot() {
    assertNull(change(with(SourceShapes.FILES, "b")));
    assertNull(change(with(SourceShapes.ALTERED + "n", "700 900")));
    assertNull(change(with("alterations of used columns", "700 900")), "of an older version");
    SortedMap<String, String> both = with(SourceShapes.FILES, "b");
    both.put(SourceShapes.ALTERED + "n", "700 900");
    assertChanged(both);
  }

  /** Rows in new files matter only for columns that were captured before. */
  @Test
  void aColumnThatIsCapturedSinceIsNoAlteration() {
    SortedMap<String, String> wider = with(SourceShapes.FILES, "b");
    wider.put(SourceShapes.ALTERED + "m", "900");
    wider.put(SourceShapes.COLUMN + "m", "3 integer");
    wider.put(SourceShapes.LABELS + "m", "9=x");
    SortedMap<String, String> columns = new TreeMap<>();
    List.of("weight", "n", "state").forEach(column -> columns.put(column, "any"));
    CapturedTables known = new CapturedTables(new TreeMap<>(Map.of("public.Parcel", columns)));
    assertChanged(wider);
    assertNull(
        shapes(BEFORE)
            .within(known)
            .change(new SourceShapes.Look(shapes(wider).within(known), Set.of())));
  }

  @Test
  void aLabelMoreIsHarmlessAndARenamedOneIsNot() {
    assertNull(change(with(SourceShapes.LABELS + "state", "1=new\n2=old\n3=gone")));
    assertChanged(with(SourceShapes.LABELS + "state", "1=fresh\n2=old"));
  }

  @Test
  void heartbeatsWithAndWithoutHashesAreRead() {
    assertEquals(
        new Heartbeat(Instant.ofEpochSecond(1), "0a1b2c3d", "0123456789abcdef", "fedcba9876543210"),
        read("1000000 0a1b2c3d 0123456789abcdef fedcba9876543210"));
    assertEquals(new Heartbeat(Instant.ofEpochSecond(1), null, null, null), read("1000000"));
    assertNull(read(""));
    assertNull(read("12 34"));
    assertNull(read("hello"));
    assertNull(read("1234567890123456789"));
  }

  private static Heartbeat read(String content) {
    return Heartbeat.read(content.getBytes(StandardCharsets.US_ASCII));
  }

  private static void assertChanged(Map<String, String> after) {
    assertNotNull(change(after));
  }

  private static String change(Map<String, String> after) {
    return shapes(BEFORE).change(new SourceShapes.Look(shapes(after), Set.of()));
  }

  private static SortedMap<String, String> with(String part, String value) {
    SortedMap<String, String> parts = new TreeMap<>(BEFORE);
    parts.put(part, value);
    return parts;
  }

  private static SourceShapes shapes(Map<String, String> parts) {
    SortedMap<String, SortedMap<String, String>> tables = new TreeMap<>();
    tables.put("public.Parcel", new TreeMap<>(parts));
    return new SourceShapes("s", "f", "j", tables);
  }
}
