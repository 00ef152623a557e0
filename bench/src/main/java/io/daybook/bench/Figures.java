// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** Figures of one run, by name; the unit is the last word of the name. */
final class Figures {
  private Figures() {}

  static Map<String, Double> of(Object... namesAndValues) {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      figures.put((String) namesAndValues[i], ((Number) namesAndValues[i + 1]).doubleValue());
    }
    return figures;
  }
}
