// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One measurement.
 *
 * @param name the scenario's number and what was measured
 * @param median by figure; the unit is the last word of the figure's name
 * @param ratioToBaseline of its main figure to that of the baseline in the same run; null for one
 * @param ratioToFlink likewise
 * @param target in words; null where it is only reported
 * @param met whether it was reached; null without a target
 */
@JsonInclude
record Result(
    String name,
    Map<String, Double> median,
    Double ratioToFlink,
    Double ratioToBaseline,
    String target,
    Boolean met) {

  /** One that is only reported. */
  static Result of(String name, List<Map<String, Double>> runs) {
    return new Result(name, medians(runs), null, null, null, null);
  }

  Result against(Result baseline, String figure) {
    double ratio = median.get(figure) / baseline.median.get(figure);
    return new Result(name, median, ratioToFlink, ratio, target, met);
  }

  Result target(String words, boolean reached) {
    return new Result(name, median, ratioToFlink, ratioToBaseline, words, reached);
  }

  /** Of each figure the median; of an even number the lower one in the middle. */
  private static Map<String, Double> medians(List<Map<String, Double>> runs) {
    Map<String, Double> medians = new LinkedHashMap<>();
    for (String figure : runs.get(0).keySet()) {
      List<Double> sorted = new ArrayList<>(runs.stream().map(each -> each.get(figure)).toList());
      sorted.sort(null);
      medians.put(figure, sorted.get((sorted.size() - 1) / 2));
    }
    return medians;
  }

  /** For people. */
  String line() {
    String figures =
        median.entrySet().stream()
            .map(each -> "%,.1f %s".formatted(each.getValue(), each.getKey()))
            .collect(Collectors.joining(", "));
    String ratio =
        ratioToBaseline == null ? "" : "; %.2f of the baseline".formatted(ratioToBaseline);
    String wanted = target == null ? "" : "; %s: %s".formatted(target, met ? "met" : "MISSED");
    return "%-24s %s%s%s".formatted(name, figures, ratio, wanted);
  }
}
