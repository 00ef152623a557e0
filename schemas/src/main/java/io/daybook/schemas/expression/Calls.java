// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.Interval;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.catalogue.ZoneOffsets;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Compiles function calls. */
final class Calls {
  private static final Set<String> BY_LETTERS = Set.of("lower", "upper");

  /** Kinds whose text depends on no setting of the session. */
  private static final Set<Kind> CONCATENABLE =
      Set.of(Kind.TEXT, Kind.BOOLEAN, Kind.INT2, Kind.INT4, Kind.INT8, Kind.NUMERIC, Kind.UUID);

  private final ExpressionCompiler compiler;
  private final Conditions conditions;
  private final TextRules texts;
  private final Scope scope;

  Calls(ExpressionCompiler compiler, Conditions conditions, TextRules texts, Scope scope) {
    this.compiler = compiler;
    this.conditions = conditions;
    this.texts = texts;
    this.scope = scope;
  }

  Expression compile(Node.Call call, SqlType type) {
    if (call.function().equals("nullif") && call.arguments().size() == 2) {
      return nullif(call, type);
    }
    return switch (call.function()) {
      case "coalesce" -> coalesce(call, type);
      case "greatest" -> extreme(call, type, 1);
      case "least" -> extreme(call, type, -1);
      case "concat" -> concat(call, type);
      case "extract" -> extract(call, type);
      case "timezone" -> timezone(call, type);
      default -> function(call, type);
    };
  }

  private Expression nullif(Node.Call call, SqlType type) {
    Node first = call.arguments().get(0);
    Expression equal = conditions.comparison("=", first, call.arguments().get(1), call);
    Expression value = compiler.compile(first, type);
    return Typed.of(
        type,
        List.of(equal, value),
        row -> Boolean.TRUE.equals(equal.evaluate(row)) ? null : value.evaluate(row));
  }

  private List<Expression> arguments(Node.Call call, SqlType type) {
    return call.arguments().stream().map(argument -> compiler.compile(argument, type)).toList();
  }

  private Expression coalesce(Node.Call call, SqlType type) {
    List<Expression> arguments = new ArrayList<>();
    for (Node argument : call.arguments()) {
      Expression value = compiler.compile(argument, type);
      if (!Constant.isNull(value)) {
        arguments.add(value);
      }
      if (value instanceof Constant && !Constant.isNull(value)) {
        break;
      }
    }
    if (arguments.isEmpty()) {
      return Typed.constant(type, null);
    }
    if (arguments.get(0) instanceof Constant) {
      return arguments.get(0);
    }
    return new Typed(
        type,
        row -> {
          Object value = null;
          for (int i = 0; i < arguments.size() && value == null; i++) {
            value = arguments.get(i).evaluate(row);
          }
          return value;
        });
  }

  /** The greatest argument (sign 1) or the least (-1); NULLs do not count. */
  private Expression extreme(Node.Call call, SqlType type, int sign) {
    if (type.kind().isText()) {
      texts.requireBytes(call.arguments(), call);
    }
    List<Expression> arguments = arguments(call, type);
    Comparator<Object> order = Comparisons.order(type, call);
    return Typed.of(
        type,
        arguments,
        row -> {
          Object best = null;
          for (Expression argument : arguments) {
            Object value = argument.evaluate(row);
            if (value != null && (best == null || order.compare(value, best) * sign > 0)) {
              best = value;
            }
          }
          return best;
        });
  }

  /**
   * Leaves NULLs out. Postgres calls it STABLE because some types' texts depend on settings; those
   * are refused here, so what is left is IMMUTABLE.
   */
  private Expression concat(Node.Call call, SqlType type) {
    List<Expression> arguments = new ArrayList<>();
    for (Node argument : call.arguments()) {
      SqlType own = compiler.typeOf(argument);
      if (own != null && !CONCATENABLE.contains(own.kind())) {
        throw new RefusedException(
            argument.place(),
            "Not supported: '" + call.sql() + "', concat of " + own + ".",
            "Supported are text, numbers, booleans and uuid; cast others to text.");
      }
      arguments.add(compiler.compile(argument, own == null ? SqlType.TEXT : own));
    }
    return Typed.of(
        type,
        arguments,
        row -> {
          StringBuilder text = new StringBuilder();
          for (Expression argument : arguments) {
            Object value = argument.evaluate(row);
            if (value instanceof Boolean truth) {
              text.append(truth ? 't' : 'f');
            } else if (value != null) {
              text.append(SqlText.format(argument.type(), value));
            }
          }
          return text.toString();
        });
  }

  private Expression extract(Node.Call call, SqlType type) {
    Node source = call.arguments().get(1);
    SqlType given = compiler.typeOf(source);
    Kind kind = given == null ? Kind.UNSUPPORTED : given.kind();
    if (kind != Kind.DATE && kind != Kind.TIMESTAMP && kind != Kind.INTERVAL) {
      throw new RefusedException(
          source.place(),
          "Not supported: '" + call.sql() + "', extract from " + given + ".",
          "Supported are date, timestamp and interval; of a timestamptz it depends on the time zone"
              + " of the session: write (x AT TIME ZONE 'UTC').");
    }
    String field = Extracts.canonical(((Node.Constant) call.arguments().get(0)).text());
    if (!Extracts.fields(kind).contains(field)) {
      throw new RefusedException(
          call.place(),
          "Not supported: extract(" + field + " …) from " + given + ".",
          "Supported are " + String.join(", ", Extracts.fields(kind)) + ".");
    }
    Expression value = compiler.compile(source, given);
    return Typed.strict(
        type,
        value,
        switch (kind) {
          case DATE -> each -> Extracts.ofDate(field, (Integer) each);
          case TIMESTAMP -> each -> Extracts.ofTimestamp(field, (Long) each);
          default -> each -> Extracts.ofInterval(field, (Interval) each);
        });
  }

  /** {@code x AT TIME ZONE 'name'}, both ways. */
  private Expression timezone(Node.Call call, SqlType type) {
    Node source = call.arguments().get(1);
    SqlType given = compiler.typeOf(source);
    boolean toLocal = given != null && given.kind() == Kind.TIMESTAMPTZ;
    boolean toUtc = given != null && given.kind() == Kind.TIMESTAMP;
    if (!(call.arguments().get(0) instanceof Node.Constant zone)
        || zone.kind() != Node.Constant.Kind.STRING
        || !(toLocal || toUtc)) {
      throw new RefusedException(
          call.place(),
          "Not supported: '" + call.sql() + "'.",
          "Write timestamp or timestamptz AT TIME ZONE and a constant, such as 'UTC' or"
              + " 'Europe/Berlin', or a CASE over the zones you have: "
              + byCases(call.arguments().get(0), source));
    }
    ZoneOffsets offsets = scope.zone(zone.text());
    Expression value = compiler.compile(source, given);
    return Typed.strict(
        type,
        value,
        toLocal
            ? each -> Times.toLocal(offsets, (Long) each)
            : each -> Times.toUtc(offsets, (Long) each));
  }

  private static String byCases(Node zone, Node source) {
    String cases = zone instanceof Node.Constant ? "zone" : zone.sql();
    return "CASE %s WHEN 'Europe/Berlin' THEN %s AT TIME ZONE 'Europe/Berlin' … END."
        .formatted(cases, source.sql());
  }

  private Expression function(Node.Call call, SqlType type) {
    List<Kind> kinds = new ArrayList<>();
    for (Node argument : call.arguments()) {
      SqlType given = compiler.typeOf(argument);
      kinds.add(given == null ? null : given.kind());
    }
    Functions.Signature signature = Functions.find(call.function(), kinds, type.kind());
    if (signature == null) {
      throw new RefusedException(
          call.place(),
          "Not supported: '" + call.sql() + "', " + call.function() + " of these types.",
          kinds.contains(Kind.TIMESTAMPTZ)
              ? "It depends on the time zone of the session: write (x AT TIME ZONE 'UTC')."
              : "Cast the arguments: whole numbers to numeric, others to text.");
    }
    if (call.function().equals("date_trunc")) {
      requireUnit(call.arguments().get(0));
    }
    if (BY_LETTERS.contains(call.function())) {
      texts.requireBytes(call.arguments(), call);
    }
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      Kind wanted = signature.parameters().get(i);
      SqlType own = compiler.typeOf(call.arguments().get(i));
      boolean same = own != null && own.kind() == wanted;
      arguments.add(compiler.compile(call.arguments().get(i), same ? own : SqlType.plain(wanted)));
    }
    if (arguments.stream().anyMatch(Constant::isNull)) {
      return Typed.constant(type, null);
    }
    return Typed.of(
        type,
        arguments,
        row -> {
          Object[] values = new Object[arguments.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = arguments.get(i).evaluate(row);
            if (values[i] == null) {
              return null;
            }
          }
          return signature.body().of(values);
        });
  }

  private static void requireUnit(Node unit) {
    boolean known = unit instanceof Node.Constant constant && Times.UNITS.contains(constant.text());
    if (!known) {
      throw new RefusedException(
          unit.place(),
          "Not supported: date_trunc to " + unit.sql() + ".",
          "Write one of " + String.join(", ", Times.UNITS) + " as a constant.");
    }
  }
}
