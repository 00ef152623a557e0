// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.List;
import java.util.stream.Stream;

/**
 * The syntax of an expression on one joined row: what of SQL a definition may use. {@code sql} is
 * the text Postgres is asked about for the node's type.
 */
public sealed interface Node {
  Place place();

  String sql();

  /** The nodes directly below. */
  default List<Node> children() {
    return List.of();
  }

  /** This node and all below it. */
  default Stream<Node> all() {
    return Stream.concat(Stream.of(this), children().stream().flatMap(Node::all));
  }

  /** {@code m."sentAt"}; {@code qualifier} is null where none was written; names are folded. */
  record ColumnUse(Place place, String sql, String qualifier, String name) implements Node {}

  /** A constant as it was written; {@code text} is unquoted. */
  record Constant(Place place, String sql, Kind kind, String text) implements Node {
    /** What kinds of constants there are; a string's type follows from what it meets. */
    public enum Kind {
      STRING,
      INTEGER,
      DECIMAL,
      BOOLEAN,
      NULL
    }
  }

  /** {@code NOT x}, {@code -x}. */
  record Unary(Place place, String sql, String operator, Node operand) implements Node {
    @Override
    public List<Node> children() {
      return List.of(operand);
    }
  }

  /** {@code x AND y}, {@code x = y}, {@code x + y}, {@code x IS DISTINCT FROM y}, … */
  record Binary(Place place, String sql, String operator, Node left, Node right) implements Node {
    /** The same, written so. */
    Binary as(String text) {
      return new Binary(place, text, operator, left, right);
    }

    @Override
    public List<Node> children() {
      return List.of(left, right);
    }
  }

  /**
   * {@code x IS [NOT] NULL | TRUE | FALSE | UNKNOWN}; {@code state} is the upper-case last word.
   */
  record Is(Place place, String sql, Node operand, String state, boolean negated) implements Node {
    @Override
    public List<Node> children() {
      return List.of(operand);
    }
  }

  /** {@code x [NOT] IN (a, b)}. */
  record In(Place place, String sql, Node operand, List<Node> items, boolean negated)
      implements Node {
    @Override
    public List<Node> children() {
      return Stream.concat(Stream.of(operand), items.stream()).toList();
    }
  }

  /** {@code x [NOT] LIKE | ILIKE pattern}, with a backslash as escape. */
  record Like(Place place, String sql, Node operand, Node pattern, boolean negated, boolean anyCase)
      implements Node {
    @Override
    public List<Node> children() {
      return List.of(operand, pattern);
    }
  }

  /** Both forms of CASE; {@code operand} and {@code otherwise} may be null. */
  record Case(Place place, String sql, Node operand, List<When> branches, Node otherwise)
      implements Node {
    @Override
    public List<Node> children() {
      Stream<Node> inner = branches.stream().flatMap(b -> Stream.of(b.condition(), b.result()));
      Stream<Node> outer = Stream.of(operand, otherwise).filter(node -> node != null);
      return Stream.concat(outer, inner).toList();
    }
  }

  /** {@code WHEN condition THEN result}. */
  record When(Node condition, Node result) {}

  /**
   * {@code coalesce(a, b)} and other functions by lower-case name.
   *
   * @param form the syntax of its own that it was written in, for {@link String#format} over its
   *     arguments: {@code position(%s IN %s)}; null for plain calls
   */
  record Call(Place place, String sql, String function, List<Node> arguments, String form)
      implements Node {
    /** The same, written so. */
    Call as(String text) {
      return new Call(place, text, function, arguments, form);
    }

    @Override
    public List<Node> children() {
      return arguments;
    }
  }

  /** {@code x::date}, {@code CAST(x AS date)}. */
  record Cast(Place place, String sql, Node operand, String type) implements Node {
    @Override
    public List<Node> children() {
      return List.of(operand);
    }
  }

  /** {@code x COLLATE "C"}; the name is folded, and without a schema. */
  record Collate(Place place, String sql, Node operand, String collation) implements Node {
    @Override
    public List<Node> children() {
      return List.of(operand);
    }
  }

  /** {@code x = ANY (array)}, or {@code x <> ALL (array)} where {@code every}. */
  record AnyOf(Place place, String sql, Node operand, Node array, boolean every) implements Node {
    @Override
    public List<Node> children() {
      return List.of(operand, array);
    }
  }

  /** {@code ARRAY[a, b]}. */
  record ArrayOf(Place place, String sql, List<Node> items) implements Node {
    @Override
    public List<Node> children() {
      return items;
    }
  }
}
