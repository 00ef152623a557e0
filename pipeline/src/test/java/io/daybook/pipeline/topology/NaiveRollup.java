// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The oracle: the rollup tree_daily recomputed from all current rows, in plain maps and loops. It
 * shares no code with the topology.
 */
record NaiveRollup(PlainTables tables) {

  /** What one group adds up to. */
  private static final class Group {
    private long sales;
    private Long pieces;
  }

  /** The rows of the rollup as one line each, sorted. */
  List<String> rows() {
    Map<List<String>, Group> groups = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    for (Map<String, String> sale : tables.tables().get("sale").values()) {
      Map<String, String> shop = tables.find("shop", sale.get("shop_id"));
      Map<String, String> region =
          shop == null ? null : tables.find("region", shop.get("region_id"));
      if (shop == null || region == null) {
        continue;
      }
      String workspace = shop.get("tenant");
      String day = sale.get("sold_on");
      if (workspace == null || day == null) {
        continue;
      }
      Map<String, String> owner = tables.find("owner", shop.get("owner_id"));
      Map<String, String> courier = tables.find("courier", sale.get("courier_id"));
      List<String> key = new ArrayList<>(List.of(workspace, day));
      key.add(region.get("label"));
      key.add(owner == null ? null : owner.get("name"));
      key.add(courier == null ? null : courier.get("company"));
      Group group = groups.computeIfAbsent(key, any -> new Group());
      group.sales++;
      if (sale.get("pieces") != null) {
        long before = Objects.requireNonNullElse(group.pieces, 0L);
        group.pieces = before + Long.parseLong(sale.get("pieces"));
      }
    }
    List<String> lines = new ArrayList<>();
    groups.forEach((key, group) -> lines.add(line(key, group)));
    return lines.stream().sorted().toList();
  }

  private static String line(List<String> key, Group group) {
    String pieces = group.pieces == null ? "" : " pieces=" + group.pieces;
    return "workspace_id=%s day=%s region=%s owner=%s courier=%s sales=%d%s"
        .formatted(key.get(0), key.get(1), key.get(2), key.get(3), key.get(4), group.sales, pieces);
  }
}
