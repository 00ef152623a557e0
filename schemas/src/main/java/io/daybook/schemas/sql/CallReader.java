// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.sf.jsqlparser.expression.DateTimeLiteralExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.ExtractExpression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.IntervalExpression;
import net.sf.jsqlparser.expression.JsonExpression;
import net.sf.jsqlparser.expression.TimeKeyExpression;
import net.sf.jsqlparser.expression.TimezoneExpression;
import net.sf.jsqlparser.expression.TrimFunction;

/** Reads functions, those with a syntax of their own included, and constants with a type. */
final class CallReader {
  /** Calls that are no strict functions of their arguments. */
  private static final Set<String> SPECIAL =
      Set.of("coalesce", "nullif", "greatest", "least", "concat", "timezone");

  /** Functions that Postgres lets be written with words between their arguments. */
  private static final Map<String, Map<List<String>, String>> FORMS =
      Map.of(
          "position", Map.of(List.of("", "in"), "position(%s IN %s)"),
          "substring",
              Map.of(
                  List.of("", "from"), "substring(%s FROM %s)",
                  List.of("", "from", "for"), "substring(%s FROM %s FOR %s)"));

  private static final String NOT_FOR_ROWS =
      "It gives another value for the same row at another time, or depends on the session; a"
          + " rollup's value follows from its rows alone. Compare with constants here, and with"
          + " the current time when you read the rollup.";

  private final ExpressionReader expressions;

  CallReader(ExpressionReader expressions) {
    this.expressions = expressions;
  }

  static boolean reads(Expression expression) {
    return expression instanceof TrimFunction
        || expression instanceof ExtractExpression
        || expression instanceof TimezoneExpression
        || expression instanceof IntervalExpression
        || expression instanceof DateTimeLiteralExpression
        || expression instanceof JsonExpression
        || expression instanceof TimeKeyExpression;
  }

  Node read(Expression expression, Place place, String sql) {
    if (expression instanceof TrimFunction trim) {
      return trim(trim, place, sql);
    } else if (expression instanceof ExtractExpression extract) {
      String field = extract.getName().replace("'", "").toLowerCase(Locale.ROOT);
      Node source = expressions.read(extract.getExpression());
      return new Node.Call(
          place, sql, "extract", List.of(text(place, field), source), "EXTRACT(%s FROM %s)");
    } else if (expression instanceof TimezoneExpression zoned) {
      Node value = expressions.read(zoned.getLeftExpression());
      for (Expression zone : zoned.getTimezoneExpressions()) {
        value = inZone(place, value, expressions.read(zone));
      }
      return ((Node.Call) value).as(sql);
    } else if (expression instanceof IntervalExpression interval) {
      return interval(interval, place, sql);
    } else if (expression instanceof DateTimeLiteralExpression literal) {
      String value = literal.getValue().replaceAll("^'|'$", "");
      return new Node.Cast(
          place, sql, text(place, value), literal.getType().name().toLowerCase(Locale.ROOT));
    } else if (expression instanceof JsonExpression json) {
      return ((Node.Binary) path(json, place)).as(sql);
    }
    throw ExpressionReader.refused(place, "'" + sql + "'", NOT_FOR_ROWS);
  }

  Node call(Function function, Place place, String sql) {
    String name = function.getName().toLowerCase(Locale.ROOT);
    if (Supported.AGGREGATES.contains(name)) {
      throw ExpressionReader.refused(
          place, "the aggregate " + name + " inside an expression", inExpression(name, function));
    }
    if (Supported.NOT_FOR_ROWS.contains(name)) {
      throw ExpressionReader.refused(place, "the function " + name, NOT_FOR_ROWS);
    }
    boolean known = SPECIAL.contains(name) || Supported.FUNCTIONS.contains(name);
    if (known && !function.isDistinct() && function.getNamedParameters() != null) {
      return named(function, name, place, sql);
    }
    if (!known || function.isDistinct() || function.getParameters() == null) {
      throw ExpressionReader.refused(place, "the function " + name, Supported.EXPRESSIONS);
    }
    return new Node.Call(place, sql, name, arguments(function.getParameters()), null);
  }

  private static String inExpression(String name, Function call) {
    boolean one =
        !call.isDistinct() && call.getParameters() != null && call.getParameters().size() == 1;
    boolean supported = !call.isDistinct() && (name.equals("count") || name.equals("sum"));
    return supported
        ? "An aggregate stands alone as an output column: "
            + name
            + "(…) AS a_name; combine such columns when you read the rollup."
        : Supported.insteadOf(name, one ? call.getParameters().get(0) : null);
  }

  private Node named(Function function, String name, Place place, String sql) {
    List<String> words =
        function.getNamedParameters().getNames().stream()
            .map(word -> word.toLowerCase(Locale.ROOT).strip())
            .toList();
    String form = FORMS.getOrDefault(name, Map.of()).get(words);
    if (form == null) {
      throw ExpressionReader.refused(place, "'" + sql + "'", Supported.EXPRESSIONS);
    }
    return new Node.Call(place, sql, name, arguments(function.getNamedParameters()), form);
  }

  private List<Node> arguments(List<? extends Expression> parameters) {
    List<Node> arguments = new ArrayList<>();
    parameters.forEach(argument -> arguments.add(expressions.read(argument)));
    return arguments;
  }

  /** {@code trim([BOTH | LEADING | TRAILING] [characters] FROM text)} is btrim, ltrim or rtrim. */
  private Node trim(TrimFunction trim, Place place, String sql) {
    String side = trim.getTrimSpecification() == null ? "BOTH" : trim.getTrimSpecification().name();
    String function =
        switch (side) {
          case "LEADING" -> "ltrim";
          case "TRAILING" -> "rtrim";
          default -> "btrim";
        };
    Expression first = trim.getExpression();
    Expression second = trim.getFromExpression();
    if (second == null) {
      Node text = expressions.read(first);
      return new Node.Call(place, sql, function, List.of(text), "trim(" + side + " FROM %s)");
    }
    if (first == null) {
      Node text = expressions.read(second);
      return new Node.Call(place, sql, function, List.of(text), "trim(" + side + " FROM %s)");
    }
    Node text = expressions.read(trim.isUsingFromKeyword() ? second : first);
    Node characters = expressions.read(trim.isUsingFromKeyword() ? first : second);
    return new Node.Call(
        place, sql, function, List.of(text, characters), "trim(" + side + " %2$s FROM %1$s)");
  }

  private static Node inZone(Place place, Node value, Node zone) {
    return new Node.Call(
        place,
        "(" + value.sql() + ") AT TIME ZONE " + zone.sql(),
        "timezone",
        List.of(zone, value),
        "(%2$s AT TIME ZONE %1$s)");
  }

  /** {@code interval '1 day'} is {@code '1 day'::interval}. */
  private static Node interval(IntervalExpression interval, Place place, String sql) {
    String text = interval.getParameter();
    boolean plain =
        text != null
            && text.startsWith("'")
            && interval.getIntervalType() == null
            && interval.getIntervalQualifier() == null;
    if (!plain) {
      throw ExpressionReader.refused(
          place, "'" + sql + "'", "Write the units inside: interval '1 day 02:00'.");
    }
    return new Node.Cast(place, sql, text(place, text.replaceAll("^'|'$", "")), "interval");
  }

  /** {@code j -> 'a' ->> 'b'} from the left, as Postgres does; the parser nests to the right. */
  private Node path(JsonExpression json, Place place) {
    Node value = expressions.read(json.getExpression());
    for (Map.Entry<Expression, String> step : json.getIdentList()) {
      value = step(place, value, step.getValue(), step.getKey());
    }
    return value;
  }

  private Node step(Place place, Node value, String operator, Expression key) {
    if (key instanceof JsonExpression nested) {
      Node inner = step(place, value, operator, nested.getExpression());
      for (Map.Entry<Expression, String> step : nested.getIdentList()) {
        inner = step(place, inner, step.getValue(), step.getKey());
      }
      return inner;
    }
    if (!operator.equals("->") && !operator.equals("->>") && !operator.equals("#>>")) {
      throw ExpressionReader.refused(
          place, "the operator " + operator, "Supported of jsonb are ->, ->> and #>>.");
    }
    Node operand = expressions.read(key);
    String sql = "(" + value.sql() + ") " + operator + " (" + operand.sql() + ")";
    return new Node.Binary(place, sql, operator, value, operand);
  }

  private static Node.Constant text(Place place, String value) {
    String quoted = "'" + value.replace("'", "''") + "'";
    return new Node.Constant(place, quoted, Node.Constant.Kind.STRING, value);
  }
}
