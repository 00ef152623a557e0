// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.Locale;
import net.sf.jsqlparser.expression.Function;

/** Reads {@code = ANY (array)} and {@code <> ALL (array)}, which the parser takes for calls. */
final class ArrayReader {
  private final ExpressionReader expressions;

  ArrayReader(ExpressionReader expressions) {
    this.expressions = expressions;
  }

  static boolean reads(Function function) {
    String name = function.getName().toLowerCase(Locale.ROOT);
    return name.equals("any") || name.equals("some") || name.equals("all");
  }

  Node quantified(Place place, String sql, String operator, Node left, Function function) {
    boolean all = function.getName().equalsIgnoreCase("all");
    boolean supported =
        operator.equals(all ? "<>" : "=")
            && function.getParameters() != null
            && function.getParameters().size() == 1;
    if (!supported) {
      throw ExpressionReader.refused(
          place, "'" + sql + "'", "Supported are x = ANY (array) and x <> ALL (array).");
    }
    Node array = expressions.read(function.getParameters().get(0));
    return new Node.AnyOf(place, sql, left, array, all);
  }
}
