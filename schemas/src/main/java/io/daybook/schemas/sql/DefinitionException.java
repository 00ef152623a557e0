// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.List;
import java.util.stream.Collectors;

/** Definitions that cannot run: all their problems at once. */
public final class DefinitionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public DefinitionException(List<Problem> problems) {
    this(problems, "");
  }

  /**
   * The same with a closing line.
   *
   * @param closing what else is to be known; empty for nothing
   */
  public DefinitionException(List<Problem> problems, String closing) {
    super(
        problems.stream().map(Problem::toString).collect(Collectors.joining("\n"))
            + (closing.isEmpty() ? "" : "\n" + closing));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
