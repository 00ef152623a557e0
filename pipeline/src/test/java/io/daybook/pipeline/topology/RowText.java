// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.definition.Measure;
import io.daybook.schemas.definition.Rollup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rows of a rollup as one line each: all keys, and the measures that a fact without rows lacks. */
final class RowText {
  private RowText() {}

  /** Values as Postgres text, null for NULL. */
  static String of(Rollup rollup, List<String> keys, List<String> measures) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      parts.add(rollup.keys().get(i).name() + "=" + keys.get(i));
    }
    for (int i = 0; i < measures.size(); i++) {
      Measure measure = rollup.measures().get(i);
      boolean absent = measure.isCount() ? measures.get(i).equals("0") : measures.get(i) == null;
      if (!absent) {
        parts.add(measure.name() + "=" + measures.get(i));
      }
    }
    return String.join(" ", parts);
  }

  /** A row as a case expects it; a measure that it does not name is 0 or NULL. */
  static String of(Rollup rollup, JsonNode row) {
    Set<String> unread = new HashSet<>();
    row.fieldNames().forEachRemaining(unread::add);
    List<String> keys = new ArrayList<>();
    for (Column key : rollup.keys()) {
      keys.add(text(row.get(key.name())));
      unread.remove(key.name());
    }
    List<String> measures = new ArrayList<>();
    for (Measure measure : rollup.measures()) {
      boolean named = row.has(measure.name());
      measures.add(named ? text(row.get(measure.name())) : measure.isCount() ? "0" : null);
      unread.remove(measure.name());
    }
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException(rollup.name() + " has no columns " + unread);
    }
    return of(rollup, keys, measures);
  }

  private static String text(JsonNode value) {
    return value == null || value.isNull() ? null : value.asText();
  }
}
