// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.List;
import java.util.stream.Collectors;

/** Writes a node as SQL with parentheses around every part, so that it can be read in one way. */
final class NodeText {
  private NodeText() {}

  static String of(Node node) {
    if (node instanceof Node.Constant || node instanceof Node.ColumnUse) {
      return node.sql();
    }
    return "(" + inner(node) + ")";
  }

  private static String inner(Node node) {
    if (node instanceof Node.Unary unary) {
      return unary.operator() + " " + of(unary.operand());
    } else if (node instanceof Node.Binary binary) {
      return of(binary.left()) + " " + binary.operator() + " " + of(binary.right());
    } else if (node instanceof Node.Is is) {
      return of(is.operand()) + " IS " + not(is.negated()) + is.state();
    } else if (node instanceof Node.In in) {
      return of(in.operand()) + " " + not(in.negated()) + "IN (" + list(in.items()) + ")";
    } else if (node instanceof Node.Like like) {
      String word = like.anyCase() ? "ILIKE " : "LIKE ";
      return of(like.operand()) + " " + not(like.negated()) + word + of(like.pattern());
    } else if (node instanceof Node.AnyOf anyOf) {
      String word = anyOf.every() ? " <> ALL (" : " = ANY (";
      return of(anyOf.operand()) + word + of(anyOf.array()) + ")";
    } else if (node instanceof Node.Case choice) {
      return choice(choice);
    } else if (node instanceof Node.Call call) {
      return call.form() == null
          ? call.function() + "(" + list(call.arguments()) + ")"
          : call.form().formatted(call.arguments().stream().map(NodeText::of).toArray());
    } else if (node instanceof Node.Cast cast) {
      return "CAST(" + of(cast.operand()) + " AS " + cast.type() + ")";
    } else if (node instanceof Node.Collate collate) {
      return of(collate.operand()) + " COLLATE \"" + collate.collation() + "\"";
    } else if (node instanceof Node.ArrayOf array) {
      return "ARRAY[" + list(array.items()) + "]";
    }
    throw new IllegalArgumentException("No text for " + node);
  }

  private static String choice(Node.Case choice) {
    StringBuilder text = new StringBuilder("CASE");
    if (choice.operand() != null) {
      text.append(' ').append(of(choice.operand()));
    }
    for (Node.When branch : choice.branches()) {
      text.append(" WHEN ").append(of(branch.condition()));
      text.append(" THEN ").append(of(branch.result()));
    }
    if (choice.otherwise() != null) {
      text.append(" ELSE ").append(of(choice.otherwise()));
    }
    return text.append(" END").toString();
  }

  private static String list(List<Node> nodes) {
    return nodes.stream().map(NodeText::of).collect(Collectors.joining(", "));
  }

  private static String not(boolean negated) {
    return negated ? "NOT " : "";
  }
}
