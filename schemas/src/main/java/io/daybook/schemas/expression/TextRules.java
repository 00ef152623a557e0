// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.Collations;
import io.daybook.schemas.catalogue.Collations.Behaviour;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.util.List;
import java.util.function.Function;

/**
 * Which collation an operation on text works by, derived as Postgres derives it, and what depends
 * on it: order, and what is upper and lower case. Both are exact only under {@code "C"}.
 *
 * @see <a
 *     href="https://www.postgresql.org/docs/current/collation.html#COLLATION-CONCEPTS">Collation
 *     concepts</a>
 */
final class TextRules {
  private final Scope scope;
  private final Function<Node, SqlType> types;

  /** The types answer null for a constant that takes the type of what it meets. */
  TextRules(Scope scope, Function<Node, SqlType> types) {
    this.scope = scope;
    this.types = types;
  }

  private record Derived(String name, boolean explicit) {}

  private static final Derived DEFAULT = new Derived(Collations.DEFAULT, false);

  /** Refuses an operation on these texts that needs an order or letters, unless it is under C. */
  void requireBytes(List<Node> operands, Node whole) {
    Derived derived = all(operands, whole);
    String name = derived == null ? Collations.DEFAULT : derived.name;
    if (scope.behaviour(name) != Behaviour.BYTES) {
      Node first = operands.get(0);
      String text = first instanceof Node.Collate collate ? collate.operand().sql() : first.sql();
      throw new RefusedException(
          whole.place(),
          "Not supported: '" + whole.sql() + "' under the collation " + shown(name) + ".",
          "The order of text and what its upper and lower case are differ from one release of the"
              + " operating system or ICU to the next; only under \"C\" they are fixed: write "
              + text
              + " COLLATE \"C\".");
    }
  }

  private static String shown(String name) {
    return name.equals(Collations.DEFAULT) ? "of the database" : name;
  }

  /** Refuses a column whose equality is not that of its bytes. */
  void requireDeterministic(Node.ColumnUse use) {
    String name = scope.collation(use);
    if (scope.behaviour(name) == Behaviour.NONDETERMINISTIC) {
      throw new RefusedException(
          use.place(),
          "Not supported: "
              + use.sql()
              + ", a column with the nondeterministic collation "
              + name
              + ".",
          "Under it different texts are equal; write " + use.sql() + " COLLATE \"C\".");
    }
  }

  /** {@code x COLLATE "C"}, the only one supported. */
  static void requireC(Node.Collate collate) {
    if (!collate.collation().equals("C") && !collate.collation().equals("POSIX")) {
      throw new RefusedException(
          collate.place(),
          "Not supported: COLLATE \"" + collate.collation() + "\".",
          "Its rules differ from one release of the operating system or ICU to the next; write"
              + " COLLATE \"C\".");
    }
  }

  /** Null for what is no text. */
  private Derived of(Node node) {
    SqlType type = types.apply(node);
    if (type != null && !type.kind().isText()) {
      return null;
    }
    if (node instanceof Node.Collate collate) {
      return new Derived(collate.collation(), true);
    } else if (node instanceof Node.ColumnUse use) {
      return new Derived(scope.collation(use), false);
    } else if (node instanceof Node.Case choice) {
      List<Node> results = new java.util.ArrayList<>();
      choice.branches().forEach(branch -> results.add(branch.result()));
      if (choice.otherwise() != null) {
        results.add(choice.otherwise());
      }
      return orDefault(all(results, node));
    }
    return orDefault(all(node.children(), node));
  }

  private static Derived orDefault(Derived derived) {
    return derived == null ? DEFAULT : derived;
  }

  private Derived all(List<Node> nodes, Node whole) {
    Derived derived = null;
    for (Node node : nodes) {
      derived = merged(derived, of(node), whole);
    }
    return derived;
  }

  /** What was written goes before what follows, and a column's own before the database's. */
  private static Derived merged(Derived first, Derived second, Node whole) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    if (first.explicit != second.explicit) {
      return first.explicit ? first : second;
    }
    if (first.name.equals(second.name) || second.name.equals(Collations.DEFAULT)) {
      return first;
    }
    if (first.name.equals(Collations.DEFAULT)) {
      return second;
    }
    throw new RefusedException(
        whole.place(),
        "Not supported: '"
            + whole.sql()
            + "' mixes the collations "
            + first.name
            + " and "
            + second.name
            + ".",
        "Write COLLATE \"C\" after one of its sides.");
  }

  /** The order of code points, which is that of bytes in UTF-8. */
  static int compareBytes(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogates = Character.isSurrogate(a) != Character.isSurrogate(b);
        return surrogates ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  static String lower(String text) {
    return mapped(text, 'A', 'Z', 'a' - 'A');
  }

  static String upper(String text) {
    return mapped(text, 'a', 'z', 'A' - 'a');
  }

  private static String mapped(String text, char first, char last, int by) {
    StringBuilder changed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= first && c <= last) {
        changed = changed == null ? new StringBuilder(text) : changed;
        changed.setCharAt(i, (char) (c + by));
      }
    }
    return changed == null ? text : changed.toString();
  }

  /** Padding, which no comparison and no conversion of {@code char(n)} looks at. */
  static String withoutPadding(String padded) {
    int end = padded.length();
    while (end > 0 && padded.charAt(end - 1) == ' ') {
      end--;
    }
    return padded.substring(0, end);
  }
}
