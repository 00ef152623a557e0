// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.ArrayText;
import io.daybook.schemas.catalogue.Interval;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.util.List;

/** Compiles operators that give a value: arithmetic, of times too, {@code ||}, jsonb's arrows. */
final class Operators {
  private final ExpressionCompiler compiler;

  Operators(ExpressionCompiler compiler) {
    this.compiler = compiler;
  }

  Expression unary(Node.Unary unary) {
    SqlType type = compiler.givenType(unary);
    if (type.kind() == Kind.INTERVAL) {
      return Typed.strict(
          type, compiler.compile(unary.operand(), type), a -> Intervals.negate((Interval) a));
    }
    requireNumber(unary, type);
    return Arithmetic.negate(type, compiler.compile(unary.operand(), type));
  }

  Expression binary(Node.Binary binary) {
    String operator = binary.operator();
    if (operator.equals("||")) {
      return concatenation(binary);
    }
    if (operator.startsWith("-") && operator.length() > 1) {
      return step(binary);
    }
    if (operator.equals("#>>")) {
      return path(binary);
    }
    SqlType type = compiler.givenType(binary);
    Expression ofTimes = ofTimes(binary, type);
    if (ofTimes != null) {
      return ofTimes;
    }
    requireNumber(binary, type);
    return Arithmetic.of(
        operator,
        type,
        compiler.compile(binary.left(), type),
        compiler.compile(binary.right(), type));
  }

  private void requireNumber(Node node, SqlType type) {
    if (!type.kind().isNumber()) {
      throw new RefusedException(
          node.place(),
          "Not supported: '" + node.sql() + "', arithmetic that gives " + type + ".",
          "Supported is arithmetic on integers and numeric, days added to dates, and intervals"
              + " added to timestamps and dates. With a timestamptz it depends on the time zone of"
              + " the session: write (x AT TIME ZONE 'UTC') first.");
    }
  }

  /** Null where no date, timestamp or interval takes part. */
  private Expression ofTimes(Node.Binary binary, SqlType type) {
    Kind left = kind(binary.left(), binary.right());
    Kind right = kind(binary.right(), binary.left());
    String operator = binary.operator();
    boolean sum = operator.equals("+") || operator.equals("-");
    if (!sum || left == null || right == null) {
      return null;
    }
    if (type.kind() == Kind.INTERVAL && left == Kind.INTERVAL && right == Kind.INTERVAL) {
      return Typed.strict(
          type,
          compiler.compile(binary.left(), type),
          compiler.compile(binary.right(), type),
          (a, b) -> Intervals.plus((Interval) a, signed(operator, b)));
    }
    if (type.kind() == Kind.INTERVAL && isTime(left) && isTime(right)) {
      boolean zoned = left == Kind.TIMESTAMPTZ || right == Kind.TIMESTAMPTZ;
      SqlType time = SqlType.plain(zoned ? Kind.TIMESTAMPTZ : Kind.TIMESTAMP);
      return Typed.strict(
          type,
          compiler.compile(binary.left(), time),
          compiler.compile(binary.right(), time),
          (a, b) -> Intervals.between((Long) a, (Long) b));
    }
    if (type.kind() == Kind.TIMESTAMP && (left == Kind.INTERVAL || right == Kind.INTERVAL)) {
      Node time = left == Kind.INTERVAL ? binary.right() : binary.left();
      Node interval = left == Kind.INTERVAL ? binary.left() : binary.right();
      Expression moved = compiler.compile(interval, SqlType.plain(Kind.INTERVAL));
      if (left == Kind.DATE || right == Kind.DATE) {
        // A date beyond all timestamps is an error only where the interval is not NULL.
        return Typed.strict(
            type,
            compiler.compile(time, SqlType.DATE),
            moved,
            (a, b) -> Intervals.plus(Casts.timestampOf((Integer) a), signed(operator, b)));
      }
      return Typed.strict(
          type,
          compiler.compile(time, type),
          moved,
          (a, b) -> Intervals.plus((Long) a, signed(operator, b)));
    }
    if (type.kind() == Kind.DATE || (left == Kind.DATE && right == Kind.DATE)) {
      return Arithmetic.ofDates(
          operator,
          type,
          compiler.compile(binary.left(), operand(left)),
          compiler.compile(binary.right(), operand(right)));
    }
    return null;
  }

  private static SqlType operand(Kind kind) {
    return SqlType.plain(kind.isInteger() ? Kind.INT4 : kind);
  }

  /**
   * A constant without a type is taken for what the other side is; only a date and a number mix.
   */
  private Kind kind(Node node, Node other) {
    SqlType type = compiler.typeOf(node);
    SqlType otherType = compiler.typeOf(other);
    SqlType known = type == null ? otherType : type;
    return known == null ? null : known.kind();
  }

  private static boolean isTime(Kind kind) {
    return kind == Kind.DATE || kind == Kind.TIMESTAMP || kind == Kind.TIMESTAMPTZ;
  }

  private static Interval signed(String operator, Object interval) {
    return operator.equals("-") ? Intervals.negate((Interval) interval) : (Interval) interval;
  }

  private Expression concatenation(Node.Binary binary) {
    for (Node side : List.of(binary.left(), binary.right())) {
      compiler.requireText(side, binary);
    }
    return Typed.strict(
        SqlType.TEXT,
        compiler.compile(binary.left(), SqlType.TEXT),
        compiler.compile(binary.right(), SqlType.TEXT),
        (a, b) -> (String) a + b);
  }

  /** {@code json -> key}, {@code json ->> index}. */
  private Expression step(Node.Binary binary) {
    Expression json = json(binary);
    boolean asText = binary.operator().equals("->>");
    SqlType type = asText ? SqlType.TEXT : SqlType.plain(Kind.JSONB);
    SqlType key = compiler.typeOf(binary.right());
    if (key != null && key.kind().isInteger()) {
      return Typed.strict(
          type,
          json,
          compiler.compile(binary.right(), SqlType.INT4),
          (a, b) -> JsonPath.element((String) a, (Long) b, asText));
    }
    return Typed.strict(
        type,
        json,
        compiler.compile(binary.right(), SqlType.TEXT),
        (a, b) -> JsonPath.field((String) a, (String) b, asText));
  }

  private Expression path(Node.Binary binary) {
    Expression json = json(binary);
    Expression path = compiler.compile(binary.right(), new SqlType(Kind.ARRAY, "text[]"));
    if (!(path instanceof Constant constant) || constant.value() == null) {
      throw new RefusedException(
          binary.right().place(),
          "Not supported: '" + binary.sql() + "', a path that is no constant.",
          "Write it as '{a,b}'.");
    }
    List<String> steps = ArrayText.parse((String) constant.value()).elements();
    return Typed.strict(SqlType.TEXT, json, value -> JsonPath.path((String) value, steps));
  }

  private Expression json(Node.Binary binary) {
    SqlType type = compiler.typeOf(binary.left());
    if (type == null || type.kind() != Kind.JSONB) {
      throw new RefusedException(
          binary.left().place(),
          "Not supported: '" + binary.sql() + "', a step into " + type + ".",
          "Supported are -> ->> and #>> of jsonb.");
    }
    return compiler.compile(binary.left(), type);
  }
}
