// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.composition;

import io.daybook.serve.read.Group;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An endpoint.
 *
 * @param path after {@code /api/}, without slashes at its ends
 * @param workspaceParameter name of that parameter
 * @param parts by name, in order
 */
public record Composition(
    String path, String workspaceParameter, Map<String, Map<String, Item>> parts) {
  public Composition {
    parts = new LinkedHashMap<>(parts);
  }

  /** Something in an answer. */
  public sealed interface Item {
    String rollup();
  }

  /** One number: a measure added up over all days and dimensions. 0 without rows. */
  public record Number(String rollup, String measure) implements Item {}

  /**
   * Rows: measures under other names, by the period and some dimensions.
   *
   * @param group what days are added up to
   * @param by names of dimensions in the answer → in the rollup
   * @param measures names in the answer → in the rollup
   */
  public record Rows(
      String rollup, Group group, Map<String, String> by, Map<String, String> measures)
      implements Item {
    public Rows {
      by = new LinkedHashMap<>(by);
      measures = new LinkedHashMap<>(measures);
    }
  }

  /**
   * An object with a number for each name.
   *
   * @param measures names in the answer → in the rollup
   */
  public record Numbers(String rollup, Map<String, String> measures) implements Item {
    public Numbers {
      measures = new LinkedHashMap<>(measures);
    }
  }

  /** The rollups that it takes. */
  public List<String> rollups() {
    return parts.values().stream()
        .flatMap(each -> each.values().stream())
        .map(Item::rollup)
        .distinct()
        .sorted()
        .toList();
  }
}
