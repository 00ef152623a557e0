// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects what is wrong with one definition file, so that all of it is told at once. */
public final class Problems {
  private final String file;
  private final String text;
  private final List<Problem> found = new ArrayList<>();

  /**
   * Begins without any.
   *
   * @param text of the file
   */
  public Problems(String file, String text) {
    this.file = file;
    this.text = text;
  }

  /** What the step gives; null where it is refused. */
  public <T> T attempt(Supplier<T> step) {
    try {
      return step.get();
    } catch (RefusedException e) {
      found.add(e.in(file, text));
      return null;
    }
  }

  public void attempt(Runnable step) {
    attempt(
        () -> {
          step.run();
          return null;
        });
  }

  /**
   * Ends the collection.
   *
   * @throws DefinitionException where anything was found
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new DefinitionException(found);
    }
  }
}
