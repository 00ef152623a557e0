// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import static java.util.stream.Collectors.joining;

import io.daybook.schemas.catalogue.Identifier;
import java.util.Collection;

/**
 * Something that the target database must have, or must have no longer.
 *
 * @param what in words: {@code table daybook.progress}
 * @param sql what brings it about; one or more statements
 * @param needed false when it is there already
 * @param runner in words, who must run it; null for the target's own user
 * @param ours whether the target's user may
 */
public record Step(String what, String sql, boolean needed, String runner, boolean ours) {

  /** A step of the target's user. */
  public Step(String what, String sql, boolean needed) {
    this(what, sql, needed, null, true);
  }

  /** Texts as SQL takes them. */
  static String array(Collection<String> texts) {
    return texts.stream().map(Identifier::literal).collect(joining(", ", "ARRAY[", "]::text[]"));
  }
}
