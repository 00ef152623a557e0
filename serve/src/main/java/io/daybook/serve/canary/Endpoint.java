// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import java.util.Map;
import java.util.TreeMap;

/**
 * Something that is asked for workspace and days.
 *
 * @param name in reports
 * @param path after the base URL
 * @param workspace name of that parameter
 * @param from name of that parameter, the first day
 * @param to name of that parameter, the last day
 * @param days of one window
 * @param more parameters that are always the same
 */
public record Endpoint(
    String name,
    String path,
    String workspace,
    String from,
    String to,
    int days,
    Map<String, String> more,
    Slo slo) {
  public Endpoint {
    more = new TreeMap<>(more);
  }
}
