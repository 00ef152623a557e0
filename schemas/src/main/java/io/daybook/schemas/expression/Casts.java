// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.SpecialNumber;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.SqlType.Kind;
import io.daybook.schemas.sql.Node;
import io.daybook.schemas.sql.RefusedException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Set;

/** Casts that are IMMUTABLE in Postgres and exact in Java. */
final class Casts {
  private static final Set<Kind> TO_TEXT =
      Set.of(
          Kind.BOOLEAN,
          Kind.INT2,
          Kind.INT4,
          Kind.INT8,
          Kind.NUMERIC,
          Kind.UUID,
          Kind.ENUM,
          Kind.JSONB,
          Kind.TEXT);

  private Casts() {}

  /** An implicit widening, which cannot lose anything; refuses all else. */
  static Expression widen(Expression value, SqlType to, Node node) {
    Kind from = value.type().kind();
    if (from == to.kind()) {
      return value;
    }
    boolean integers = from.isInteger() && to.kind().isInteger() && from.compareTo(to.kind()) < 0;
    boolean toNumeric = from.isInteger() && to.kind() == Kind.NUMERIC;
    boolean toTimestamp = from == Kind.DATE && to.kind() == Kind.TIMESTAMP;
    boolean texts = from.isText() && to.kind().isText();
    if (integers || toNumeric || toTimestamp || texts) {
      return cast(value, to, node);
    }
    throw refused(value.type(), to, node);
  }

  /** An explicit cast. */
  static Expression cast(Expression value, SqlType to, Node node) {
    Kind from = value.type().kind();
    if (to.name().contains("(") && to.kind() != Kind.ARRAY) {
      return withParameters(value, to, node);
    }
    if (from == to.kind()) {
      return Typed.of(to, List.of(value), value::evaluate);
    }
    if (to.kind() == Kind.TEXT && TO_TEXT.contains(from)) {
      SqlType type = value.type();
      return Typed.strict(to, value, each -> SqlText.format(type, each));
    }
    if (from == Kind.BPCHAR && to.kind() == Kind.TEXT) {
      return Typed.strict(to, value, each -> TextRules.withoutPadding((String) each));
    }
    if (from == Kind.TEXT && to.kind() == Kind.BPCHAR) {
      return Typed.of(to, List.of(value), value::evaluate);
    }
    if (to.kind().isInteger()) {
      return toInteger(value, to, node);
    }
    if (from.isInteger() && to.kind() == Kind.NUMERIC) {
      return Typed.strict(to, value, each -> BigDecimal.valueOf((Long) each));
    }
    if (from == Kind.TIMESTAMP && to.kind() == Kind.DATE) {
      return Typed.strict(to, value, each -> dateOf((Long) each));
    }
    if (from == Kind.DATE && to.kind() == Kind.TIMESTAMP) {
      return Typed.strict(to, value, each -> timestampOf((Integer) each));
    }
    throw refused(value.type(), to, node);
  }

  /** {@code numeric(12,2)} rounds and has a largest value, {@code varchar(10)} cuts. */
  private static Expression withParameters(Expression value, SqlType to, Node node) {
    int start = to.name().indexOf('(');
    String[] numbers = to.name().substring(start + 1, to.name().indexOf(')')).split(",");
    int first = Integer.parseInt(numbers[0]);
    Expression plain = cast(value, new SqlType(to.kind(), to.name().substring(0, start)), node);
    if (to.kind() == Kind.NUMERIC) {
      int scale = numbers.length == 1 ? 0 : Integer.parseInt(numbers[1]);
      return Typed.strict(to, plain, each -> Numerics.fit(each, first, scale));
    }
    if (to.kind() == Kind.TEXT) {
      return Typed.strict(to, plain, each -> Texts.left((String) each, first));
    }
    if (to.kind() == Kind.BPCHAR) {
      return Typed.strict(to, plain, each -> padded((String) each, first));
    }
    throw new RefusedException(
        node.place(),
        "Not supported: a cast to " + to + ", a type with a precision.",
        "Cast to the type without it.");
  }

  private static String padded(String text, int length) {
    String cut = Texts.left(text, length);
    return cut + " ".repeat((int) Math.max(0, length - Texts.length(cut)));
  }

  private static Expression toInteger(Expression value, SqlType to, Node node) {
    Kind from = value.type().kind();
    if (from.isInteger()) {
      return Typed.strict(to, value, each -> Numerics.inRange((Long) each, to.kind()));
    }
    if (from == Kind.NUMERIC) {
      return Typed.strict(to, value, each -> rounded(each, to.kind()));
    }
    if (from == Kind.BOOLEAN && to.kind() == Kind.INT4) {
      return Typed.strict(to, value, each -> (Boolean) each ? 1L : 0L);
    }
    throw refused(value.type(), to, node);
  }

  /** Half away from zero, as Postgres rounds numeric. */
  private static Long rounded(Object number, Kind kind) {
    if (number instanceof SpecialNumber) {
      throw Numerics.outOfRange(kind);
    }
    BigDecimal whole = ((BigDecimal) number).setScale(0, RoundingMode.HALF_UP);
    if (whole.toBigInteger().bitLength() > 63) {
      throw Numerics.outOfRange(kind);
    }
    return Numerics.inRange(whole.longValue(), kind);
  }

  private static Integer dateOf(long micros) {
    if (micros == SqlText.TIME_INFINITY) {
      return SqlText.DATE_INFINITY;
    }
    return micros == SqlText.TIME_NEGATIVE_INFINITY
        ? SqlText.DATE_NEGATIVE_INFINITY
        : (int) (Math.floorDiv(micros, SqlText.MICROS_PER_DAY) + SqlText.TIME_EPOCH_DAY);
  }

  static Long timestampOf(int days) {
    if (days == SqlText.DATE_INFINITY) {
      return SqlText.TIME_INFINITY;
    }
    if (days == SqlText.DATE_NEGATIVE_INFINITY) {
      return SqlText.TIME_NEGATIVE_INFINITY;
    }
    if (days >= Times.TIMESTAMP_END_DAY) {
      throw new EvaluationException("date out of range for timestamp");
    }
    return (days - SqlText.TIME_EPOCH_DAY) * SqlText.MICROS_PER_DAY;
  }

  private static RefusedException refused(SqlType from, SqlType to, Node node) {
    boolean zoned = from.kind() == Kind.TIMESTAMPTZ || to.kind() == Kind.TIMESTAMPTZ;
    String remedy =
        zoned
            ? "It depends on the time zone of the session: write (x AT TIME ZONE 'UTC')."
            : "Supported are conversions among integers and numeric, to text, varchar and char, and"
                + " between timestamp and date.";
    if (from.kind() == Kind.TEXT && to.kind() == Kind.BOOLEAN) {
      remedy = "Write x = 'true', or x IN (…) with every text that stands for true.";
    }
    return new RefusedException(
        node.place(),
        "Not supported: '" + node.sql() + "', a conversion from " + from + " to " + to + ".",
        remedy);
  }
}
