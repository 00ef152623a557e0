// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Key of a rollup row, each column as text or null; ordered as Postgres orders it by {@code COLLATE
 * "C" NULLS FIRST} in a UTF-8 database.
 */
record Key(List<String> parts) implements Comparable<Key> {
  Key {
    parts = Collections.unmodifiableList(new ArrayList<>(parts));
  }

  String workspace() {
    return parts.get(0);
  }

  String day() {
    return parts.get(1);
  }

  @Override
  public int compareTo(Key other) {
    for (int i = 0; i < parts.size(); i++) {
      int order = compare(parts.get(i), other.parts.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int compare(String left, String right) {
    if (left == null || right == null) {
      return left == right ? 0 : left == null ? -1 : 1;
    }
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        // A surrogate stands for a code point above all that one char can hold.
        boolean above = Character.isSurrogate(a);
        return above == Character.isSurrogate(b) ? Character.compare(a, b) : above ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
