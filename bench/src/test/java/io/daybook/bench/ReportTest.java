// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Result BASE = Result.of("04-base", runs(40, 10, 20));
  private static final Result OURS =
      Result.of("08-ours", runs(5, 10, 30)).against(BASE, "rows/s").target("half", true);

  private static List<Map<String, Double>> runs(double... rates) {
    return java.util.Arrays.stream(rates).mapToObj(rate -> Map.of("rows/s", rate)).toList();
  }

  @Test
  void figuresAreMediansAndRatiosAreOfOneRun() {
    assertEquals(20, BASE.median().get("rows/s"));
    assertEquals(0.5, OURS.ratioToBaseline());
    assertEquals(10, Result.of("two", runs(10, 20)).median().get("rows/s"));
  }

  @Test
  void scriptsFindWhatTheyRelyOn() throws Exception {
    Report report =
        new Report(Machine.here(), "abc", Instant.EPOCH, Size.QUICK, Map.of(), List.of(BASE, OURS));
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertTrue(json.required("machine").required("cores").asInt() > 0);
    assertEquals("abc", json.required("commit").textValue());
    JsonNode ours = json.required("scenarios").required(1);
    assertEquals("08-ours", ours.required("name").textValue());
    assertEquals(10, ours.required("median").required("rows/s").asDouble());
    assertTrue(ours.required("ratioToFlink").isNull());
    assertEquals(0.5, ours.required("ratioToBaseline").asDouble());
    assertEquals("half", ours.required("target").textValue());
    assertTrue(ours.required("met").asBoolean());
    assertTrue(report.lines().get(2).endsWith("0.50 of the baseline; half: met"));
  }
}
