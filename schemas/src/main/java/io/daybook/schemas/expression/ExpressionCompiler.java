// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/**
 * Makes functions of expressions, with the types that Postgres named. A constant string or NULL has
 * no type of its own: it takes the type of what it meets, as in Postgres.
 */
public final class ExpressionCompiler {
  private static final String TYPES =
      "Supported types are boolean, the integers, numeric, text, varchar, char, uuid, enums, date,"
          + " timestamp, timestamptz, jsonb and arrays.";

  private final Scope scope;
  private final Operators operators;
  private final Conditions conditions;
  private final Calls calls;
  private final TextRules texts;

  public ExpressionCompiler(Scope scope) {
    this.scope = scope;
    this.texts = new TextRules(scope, this::typeOf);
    this.operators = new Operators(this);
    this.conditions = new Conditions(this, texts);
    this.calls = new Calls(this, conditions, texts, scope);
  }

  /** Compiles an expression that stands alone. */
  public Expression compile(Node node) {
    SqlType type = typeOf(node);
    return compile(node, type == null ? SqlType.TEXT : type);
  }

  /** Compiles text, of which {@code char(n)} loses its padding. */
  public Expression compileAsText(Node node) {
    return compile(node, SqlType.TEXT);
  }

  /** Compiles a condition. */
  public Expression condition(Node node) {
    return compile(node, SqlType.BOOLEAN);
  }

  /** Compiles and, where needed, widens to a type. */
  Expression compile(Node node, SqlType wanted) {
    if (node instanceof Node.Constant constant) {
      return constant(constant, wanted);
    }
    try {
      return Casts.widen(natural(node), wanted, node);
    } catch (EvaluationException e) {
      throw new RefusedException(
          node.place(),
          "'" + node.sql() + "' fails for every row: " + e.getMessage() + ".",
          "Postgres evaluates what has no column in it before it looks at a row.");
    }
  }

  private Expression natural(Node node) {
    if (node instanceof Node.ColumnUse use) {
      return column(use);
    } else if (node instanceof Node.Unary unary) {
      return unary.operator().equals("NOT") ? conditions.not(unary) : operators.unary(unary);
    } else if (node instanceof Node.Binary binary) {
      return binary(binary);
    } else if (node instanceof Node.Is is) {
      return conditions.is(is);
    } else if (node instanceof Node.In in) {
      return conditions.in(in);
    } else if (node instanceof Node.AnyOf anyOf) {
      return conditions.anyOf(anyOf);
    } else if (node instanceof Node.Case choice) {
      return conditions.choice(choice, scope.typeOf(choice));
    } else if (node instanceof Node.Like like) {
      return conditions.like(like);
    } else if (node instanceof Node.Call call) {
      return calls.compile(call, scope.typeOf(call));
    } else if (node instanceof Node.Cast cast) {
      return cast(cast);
    } else if (node instanceof Node.Collate collate) {
      return collated(collate);
    } else if (node instanceof Node.ArrayOf array) {
      throw new RefusedException(
          array.place(),
          "Not supported: '" + array.sql() + "' here.",
          "Supported are x = ANY (ARRAY[…]) and x <> ALL (ARRAY[…]).");
    }
    return compile(node);
  }

  private Expression column(Node.ColumnUse use) {
    ColumnValue column = readable(use);
    if (column.type().kind().isText()) {
      texts.requireDeterministic(use);
    }
    return column;
  }

  private ColumnValue readable(Node.ColumnUse use) {
    ColumnValue column = scope.column(use);
    Kind kind = column.type().kind();
    if (kind == Kind.UNSUPPORTED || kind == Kind.INTERVAL) {
      throw new RefusedException(
          use.place(),
          "Not supported: the column " + use.sql() + " of type " + column.type() + ".",
          column.type().name().endsWith("GENERATED ALWAYS")
              ? "Row changes carry no generated columns before PostgreSQL 18: write its expression."
              : TYPES);
    }
    return column;
  }

  private Expression collated(Node.Collate collate) {
    TextRules.requireC(collate);
    return collate.operand() instanceof Node.ColumnUse use
        ? readable(use)
        : compile(collate.operand());
  }

  private Expression binary(Node.Binary binary) {
    String operator = binary.operator();
    if (operator.equals("AND") || operator.equals("OR")) {
      return conditions.connective(binary);
    }
    return Comparisons.OPERATORS.contains(operator)
        ? conditions.comparison(operator, binary.left(), binary.right(), binary)
        : operators.binary(binary);
  }

  void requireText(Node side, Node whole) {
    SqlType type = typeOf(side);
    if (type != null && !type.kind().isText()) {
      throw new RefusedException(
          side.place(),
          "Not supported: '" + side.sql() + "', a " + type + ", in '" + whole.sql() + "'.",
          "Cast it to text: " + side.sql() + "::text.");
    }
  }

  SqlType givenType(Node node) {
    return scope.typeOf(node);
  }

  private Expression cast(Node.Cast cast) {
    SqlType to = scope.typeOf(cast);
    if (cast.operand() instanceof Node.Constant constant
        && (constant.kind() == Node.Constant.Kind.STRING
            || constant.kind() == Node.Constant.Kind.NULL)) {
      Expression value = constant(constant, to);
      SqlType exact = exact(to, cast);
      return exact.equals(to) ? value : Casts.cast(value, exact, cast);
    }
    return Casts.cast(compile(cast.operand()), exact(to, cast), cast);
  }

  /** The type with the parameters that were written, which Postgres leaves out when it names it. */
  private static SqlType exact(SqlType to, Node.Cast cast) {
    String written = cast.type().toLowerCase(Locale.ROOT);
    boolean oneLetter = written.equals("char") || written.equals("character");
    boolean partOfIt =
        (to.kind() == Kind.INTERVAL && !written.equals("interval"))
            || (to.kind() == Kind.ARRAY && written.contains("("));
    if (partOfIt) {
      throw new RefusedException(
          cast.place(),
          "Not supported: '" + cast.sql() + "', a cast to " + cast.type() + ".",
          "Cast to " + to + ".");
    }
    return to.as(oneLetter && to.kind() == Kind.BPCHAR ? written + "(1)" : cast.type());
  }

  private Expression constant(Node.Constant constant, SqlType wanted) {
    SqlType own = typeOf(constant);
    if (constant.kind() == Node.Constant.Kind.NULL) {
      return Typed.constant(wanted, null);
    }
    try {
      Object value = Constants.parse(own == null ? wanted : own, constant.text());
      Expression expression = Typed.constant(own == null ? wanted : own, value);
      return Casts.widen(expression, wanted, constant);
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw new RefusedException(
          constant.place(),
          "The constant " + constant.sql() + " cannot be read as " + wanted + ".",
          switch (wanted.kind()) {
            case INTERVAL ->
                "Write whole amounts of units and a time: '1 month -3 days 04:05:06.7'.";
            case JSONB -> "Compare the text of a part: x ->> 'key' = 'value'.";
            case TIMESTAMPTZ -> "Write it with its offset: '2026-01-31 10:00:00+00'.";
            default -> "Write it as Postgres prints such a value.";
          });
    }
  }

  /** Null for a constant whose type follows from what it meets. */
  SqlType typeOf(Node node) {
    if (node instanceof Node.Constant constant) {
      return switch (constant.kind()) {
        case STRING, NULL -> null;
        case BOOLEAN -> SqlType.BOOLEAN;
        case DECIMAL -> SqlType.NUMERIC;
        case INTEGER -> {
          int bits = new BigInteger(constant.text()).bitLength();
          yield bits < 32 ? SqlType.INT4 : bits < 64 ? SqlType.INT8 : SqlType.NUMERIC;
        }
      };
    }
    boolean condition =
        node instanceof Node.Is
            || node instanceof Node.In
            || node instanceof Node.Like
            || node instanceof Node.AnyOf
            || (node instanceof Node.Unary unary && unary.operator().equals("NOT"))
            || (node instanceof Node.Binary binary
                && (binary.operator().equals("AND")
                    || binary.operator().equals("OR")
                    || Comparisons.OPERATORS.contains(binary.operator())));
    return condition ? SqlType.BOOLEAN : scope.typeOf(node);
  }

  /**
   * The type two sides are compared in. {@code char(n)} is compared as text with text, but as
   * {@code char(n)} with varchar: there the operator that takes one side as it is wins.
   *
   * @see <a href="https://www.postgresql.org/docs/current/typeconv-oper.html">Operator type
   *     resolution</a>
   */
  SqlType common(List<Node> nodes, Node whole) {
    SqlType common = null;
    for (Node node : nodes) {
      SqlType type = typeOf(node);
      if (common == null || type == null || common.kind() == type.kind()) {
        common = common == null ? type : common;
      } else {
        common = wider(common, type, whole);
      }
    }
    return common == null ? SqlType.TEXT : common;
  }

  private static boolean isVarchar(SqlType type) {
    return type.kind() == Kind.TEXT && type.name().startsWith("character varying");
  }

  private static SqlType wider(SqlType left, SqlType right, Node whole) {
    if (left.kind() == Kind.UNSUPPORTED || right.kind() == Kind.UNSUPPORTED) {
      throw new RefusedException(
          whole.place(),
          "Not supported: '"
              + whole.sql()
              + "' compares "
              + (left.kind() == Kind.UNSUPPORTED ? left : right)
              + ".",
          TYPES);
    }
    boolean numbers = left.kind().isNumber() && right.kind().isNumber();
    boolean times =
        (left.kind() == Kind.DATE && right.kind() == Kind.TIMESTAMP)
            || (left.kind() == Kind.TIMESTAMP && right.kind() == Kind.DATE);
    if (numbers || times) {
      return left.kind().compareTo(right.kind()) > 0 ? left : right;
    }
    if (left.kind().isText() && right.kind().isText()) {
      return isVarchar(left) || isVarchar(right) ? SqlType.plain(Kind.BPCHAR) : SqlType.TEXT;
    }
    throw new RefusedException(
        whole.place(),
        "Not supported: '" + whole.sql() + "' mixes " + left + " and " + right + ".",
        "Cast one side.");
  }
}
