// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.auth;

import java.util.Set;

/**
 * Who asks.
 *
 * @param subject of the token
 * @param workspaces that may be read; {@code *} among them for all
 * @param operator whether rollups may be refreshed and the like
 */
public record Caller(String subject, Set<String> workspaces, boolean operator) {
  private static final String ALL = "*";

  public Caller {
    workspaces = Set.copyOf(workspaces);
  }

  public boolean mayRead(String workspace) {
    return workspaces.contains(ALL) || workspaces.contains(workspace);
  }
}
