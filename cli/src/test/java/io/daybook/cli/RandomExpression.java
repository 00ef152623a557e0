// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import io.daybook.schemas.catalogue.SqlType.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Random expressions of the supported subset over the columns of {@link ExpressionSample}. */
final class RandomExpression {
  private static final List<String> COMPARISONS =
      List.of("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM");
  private static final List<String> EQUALITIES =
      List.of("=", "<>", "!=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM");
  private static final List<String> STATES = List.of("TRUE", "FALSE", "UNKNOWN", "NULL");
  private static final List<Kind> ORDERED =
      List.of(
          Kind.INT4,
          Kind.INT8,
          Kind.NUMERIC,
          Kind.DATE,
          Kind.TIMESTAMP,
          Kind.TIMESTAMPTZ,
          Kind.INTERVAL,
          Kind.UUID);
  private static final List<Kind> ANY =
      List.of(
          Kind.BOOLEAN,
          Kind.INT2,
          Kind.INT4,
          Kind.INT8,
          Kind.NUMERIC,
          Kind.TEXT,
          Kind.DATE,
          Kind.TIMESTAMP,
          Kind.TIMESTAMPTZ,
          Kind.UUID);
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "Asia/Kolkata",
          "Australia/Lord_Howe",
          "Africa/Casablanca",
          "Pacific/Apia",
          "America/Sao_Paulo");
  private static final List<String> INTERVALS =
      List.of(
          "1 day",
          "-1 month",
          "1 year 2 mons 3 days 04:05:06.789",
          "13 months -40 days",
          "-00:00:00.000001",
          "36 hours 10 minutes",
          "2 weeks",
          "0",
          "-90",
          "1 decade 90 seconds");
  private static final List<String> PATTERNS =
      List.of("%", "_", "a%", "%b", "%a_b%", "a\\%%", "__%", "", "\\\\%", "%é%", "%😀");

  private final RandomGenerator random;
  private final Map<String, Long> used = new TreeMap<>();

  RandomExpression(RandomGenerator random) {
    this.random = random;
  }

  /** How often each operator and function was drawn. */
  Map<String, Long> used() {
    return used;
  }

  /** One whose operators, in conditions above all, were drawn at random. */
  String next() {
    return switch (random.nextInt(8)) {
      case 0 -> extract(2);
      case 1 -> numeric(2);
      case 2 -> text(2);
      default -> of(random.nextInt(3) == 0 ? Kind.BOOLEAN : pick(ANY), 3);
    };
  }

  private String of(Kind kind, int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return random.nextInt(5) == 0 && kind != Kind.INTERVAL
          ? ExpressionSample.literal(kind, random)
          : column(kind);
    }
    if (random.nextInt(6) == 0) {
      return conditional(kind, depth - 1);
    }
    return switch (kind) {
      case BOOLEAN -> condition(depth - 1);
      case INT2, INT4, INT8 -> integer(kind, depth - 1);
      case NUMERIC -> numeric(depth - 1);
      case TEXT -> text(depth - 1);
      case DATE -> date(depth - 1);
      case TIMESTAMP -> timestamp(depth - 1);
      case TIMESTAMPTZ -> zoned(depth - 1);
      case INTERVAL -> interval(depth - 1);
      default -> column(kind);
    };
  }

  private String column(Kind kind) {
    return kind == Kind.INTERVAL
        ? "interval '%s'".formatted(pick(INTERVALS))
        : "e." + pick(ExpressionSample.columns(kind));
  }

  private String conditional(Kind kind, int depth) {
    return switch (random.nextInt(5)) {
      case 0 ->
          note("CASE WHEN")
              + "CASE WHEN %s THEN %s WHEN %s THEN %s ELSE %s END"
                  .formatted(
                      of(Kind.BOOLEAN, depth),
                      of(kind, depth),
                      of(Kind.BOOLEAN, 0),
                      of(kind, 0),
                      of(kind, depth));
      case 1 ->
          note("CASE x WHEN")
              + "CASE %s WHEN %s THEN %s ELSE %s END"
                  .formatted(of(Kind.INT4, depth), of(Kind.INT4, 0), of(kind, depth), column(kind));
      case 2 -> note("coalesce") + "coalesce(%s, %s)".formatted(of(kind, depth), of(kind, depth));
      case 3 -> note("nullif") + "nullif(%s, %s)".formatted(column(kind), of(kind, 0));
      default -> {
        String name = random.nextBoolean() ? "greatest" : "least";
        if (kind == Kind.TEXT) {
          yield note(name + " of TEXT")
              + "%s(%s, %s COLLATE \"C\")".formatted(name, of(kind, depth), column(kind));
        }
        yield note(name) + "%s(%s, %s)".formatted(name, of(kind, depth), column(kind));
      }
    };
  }

  private String condition(int depth) {
    return switch (random.nextInt(14)) {
      case 9 -> {
        String not = random.nextBoolean() ? "" : "NOT ";
        yield note(not + "ILIKE")
            + "(%s COLLATE \"C\" %sILIKE '%s')"
                .formatted(
                    column(Kind.TEXT), not, pick(PATTERNS).toUpperCase(java.util.Locale.ROOT));
      }
      case 10 -> {
        String operator = pick(COMPARISONS);
        yield note("TEXT " + operator)
            + "((%s) COLLATE \"C\" %s %s)"
                .formatted(of(Kind.TEXT, depth), operator, of(Kind.TEXT, depth));
      }
      case 11 -> member(depth);
      case 12 -> padded(depth);
      case 13 -> paddedWithVarchar(depth);
      case 0, 1 -> {
        String operator = random.nextBoolean() ? "AND" : "OR";
        yield note(operator)
            + "(%s %s %s)".formatted(of(Kind.BOOLEAN, depth), operator, of(Kind.BOOLEAN, depth));
      }
      case 2 -> note("NOT") + "(NOT %s)".formatted(of(Kind.BOOLEAN, depth));
      case 3 -> {
        String state = (random.nextBoolean() ? "" : "NOT ") + pick(STATES);
        yield note("IS " + state) + "(%s IS %s)".formatted(of(Kind.BOOLEAN, depth), state);
      }
      case 4 -> {
        String operator = pick(EQUALITIES);
        Kind kind = random.nextBoolean() ? Kind.TEXT : Kind.BOOLEAN;
        yield note(operator) + "(%s %s %s)".formatted(of(kind, depth), operator, of(kind, depth));
      }
      case 5 -> {
        String not = random.nextBoolean() ? "" : "NOT ";
        Kind kind = random.nextBoolean() ? Kind.TEXT : Kind.INT4;
        yield note(not + "IN")
            + "(%s %sIN (%s, %s))".formatted(of(kind, depth), not, of(kind, 0), of(kind, 0));
      }
      case 6 -> {
        Kind kind = pick(ORDERED);
        String not = random.nextBoolean() ? "" : "NOT ";
        String symmetric = random.nextBoolean() ? "" : "SYMMETRIC ";
        yield note(not + "BETWEEN " + symmetric)
            + "(%s %sBETWEEN %s%s AND %s)"
                .formatted(of(kind, depth), not, symmetric, of(kind, 0), of(kind, 0));
      }
      case 7 -> {
        String not = random.nextBoolean() ? "" : "NOT ";
        yield note(not + "LIKE")
            + "(%s %sLIKE '%s')".formatted(of(Kind.TEXT, depth), not, pick(PATTERNS));
      }
      default -> {
        Kind kind = pick(ORDERED);
        String operator = pick(COMPARISONS);
        yield note(operator) + "(%s %s %s)".formatted(of(kind, depth), operator, of(kind, depth));
      }
    };
  }

  private String member(int depth) {
    boolean every = random.nextBoolean();
    String operator = every ? "<> ALL" : "= ANY";
    String what = note(operator);
    return what
        + switch (random.nextInt(5)) {
          case 0 -> "(%s %s (e.a1))".formatted(of(Kind.TEXT, depth), operator);
          case 1 -> "(%s %s (e.a2))".formatted(of(Kind.INT4, depth), operator);
          case 2 ->
              "(%s %s (ARRAY[%s, %s]))"
                  .formatted(of(Kind.INT8, depth), operator, of(Kind.INT8, 0), of(Kind.INT4, 0));
          case 3 -> "(%s %s ('{a, \"b\" ,ab,NULL}'))".formatted(of(Kind.TEXT, depth), operator);
          default ->
              "(%s %s ('{2024-02-29,infinity}'::date[]))".formatted(of(Kind.DATE, depth), operator);
        };
  }

  private String padded(int depth) {
    String operator = pick(EQUALITIES);
    note("char(n) " + operator);
    return switch (random.nextInt(5)) {
      case 0 -> "(e.p1 %s %s)".formatted(operator, of(Kind.TEXT, depth));
      case 1 -> "(e.p1 %s e.p2)".formatted(operator);
      case 2 -> "(e.p2 %s 'a')".formatted(operator);
      case 3 -> note("char(n) LIKE") + "(e.p1 LIKE '%s')".formatted(pick(PATTERNS));
      default ->
          note("char(n) <") + "(e.p1 COLLATE \"C\" < %s)".formatted(pick(List.of("e.p2", "'ab '")));
    };
  }

  private String paddedWithVarchar(int depth) {
    String operator = pick(EQUALITIES);
    return switch (random.nextInt(3)) {
      case 0 -> note("char(n), varchar") + "(e.v1 %s e.p1)".formatted(operator);
      case 1 ->
          note("char(n), varchar(n)")
              + "(e.p2 %s (%s)::varchar(%d))"
                  .formatted(operator, of(Kind.TEXT, depth), random.nextInt(1, 4));
      default -> note("char(n) or varchar") + eitherText(operator, depth);
    };
  }

  /** Whose type is that of its first text, which of a CASE is the last. */
  private String eitherText(String operator, int depth) {
    List<String> texts = random.nextBoolean() ? List.of("e.v1", "e.p1") : List.of("e.p1", "e.v1");
    String first = texts.get(0);
    String second = texts.get(1);
    String either =
        switch (random.nextInt(3)) {
          case 0 -> "coalesce(%s, %s)".formatted(first, second);
          case 1 -> "nullif(%s, %s)".formatted(first, second);
          default ->
              "CASE WHEN %s THEN %s ELSE %s END".formatted(of(Kind.BOOLEAN, depth), first, second);
        };
    return "(%s %s %s)".formatted(either, operator, pick(List.of("e.p2", "e.v1", "e.t2")));
  }

  private String integer(Kind kind, int depth) {
    switch (random.nextInt(kind == Kind.INT4 ? 12 : 4)) {
      case 8:
        return note("position") + "position(%s IN %s)".formatted(short_(), of(Kind.TEXT, depth));
      case 9:
        return note("cardinality") + "cardinality(%s)".formatted(column(Kind.ARRAY));
      case 10:
        return note("array_length")
            + "array_length(%s, %s)".formatted(column(Kind.ARRAY), pick(List.of("1", "2", "0")));
      case 11:
        return note("length of char(n)") + "length(%s)".formatted(column(Kind.BPCHAR));
      case 0, 1:
        String operator = pick(List.of("+", "-", "*", "/", "%"));
        return note(kind + " " + operator)
            + "(%s %s %s)".formatted(of(kind, depth), operator, of(kind, depth));
      case 2:
        return note(kind + " -x") + "(- %s)".formatted(of(kind, depth));
      case 3:
        if (random.nextBoolean()) {
          return note(kind + " abs") + "abs(%s)".formatted(of(kind, depth));
        }
        Kind from = pick(List.of(Kind.INT2, Kind.INT4, Kind.INT8, Kind.NUMERIC));
        return note("as " + kind)
            + "(%s)::%s".formatted(of(from, depth), ExpressionSample.name(kind));
      case 4:
        return note("date - date") + "(%s - %s)".formatted(of(Kind.DATE, depth), column(Kind.DATE));
      case 5:
        return note("BOOLEAN as INT4") + "(%s)::int4".formatted(of(Kind.BOOLEAN, depth));
      case 6:
        String name = pick(List.of("length", "char_length", "character_length"));
        return note(name) + "%s(%s)".formatted(name, of(Kind.TEXT, depth));
      default:
        return note("strpos") + "strpos(%s, %s)".formatted(of(Kind.TEXT, depth), short_());
    }
  }

  private String numeric(int depth) {
    return switch (random.nextInt(10)) {
      case 7, 8 -> extract(depth);
      case 0, 1 -> {
        String operator = pick(List.of("+", "-", "*", "/", "%"));
        yield note("NUMERIC " + operator)
            + "(%s %s %s)".formatted(of(Kind.NUMERIC, depth), operator, column(Kind.NUMERIC));
      }
      case 2 -> note("NUMERIC -x") + "(- %s)".formatted(of(Kind.NUMERIC, depth));
      case 3, 9 -> {
        String name = pick(List.of("abs", "round", "trunc", "floor", "ceil", "ceiling"));
        yield note("NUMERIC " + name) + "%s(%s)".formatted(name, of(Kind.NUMERIC, depth));
      }
      case 4 -> {
        String name = pick(List.of("round", "trunc"));
        yield note(name + "(x, n)")
            + "%s(%s, %d)".formatted(name, of(Kind.NUMERIC, depth), random.nextInt(-3, 8));
      }
      case 5 ->
          note("as numeric(p,s)")
              + "(%s)::numeric(%d, %d)"
                  .formatted(of(Kind.NUMERIC, depth), random.nextInt(18, 30), random.nextInt(0, 6));
      default -> {
        Kind from = pick(List.of(Kind.INT2, Kind.INT4, Kind.INT8));
        yield note(from + " as NUMERIC") + "(%s)::numeric".formatted(of(from, depth));
      }
    };
  }

  private String extract(int depth) {
    Kind kind = pick(List.of(Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMP, Kind.INTERVAL));
    List<String> fields =
        switch (kind) {
          case DATE ->
              List.of(
                  "year",
                  "isoyear",
                  "decade",
                  "century",
                  "millennium",
                  "epoch",
                  "day",
                  "month",
                  "quarter",
                  "week",
                  "dow",
                  "isodow",
                  "doy");
          case TIMESTAMP ->
              List.of(
                  "year",
                  "isoyear",
                  "decade",
                  "century",
                  "millennium",
                  "epoch",
                  "day",
                  "month",
                  "quarter",
                  "week",
                  "dow",
                  "isodow",
                  "doy",
                  "hour",
                  "minute",
                  "second",
                  "milliseconds",
                  "microseconds");
          default ->
              List.of(
                  "year",
                  "month",
                  "day",
                  "hour",
                  "minute",
                  "second",
                  "milliseconds",
                  "microseconds",
                  "epoch");
        };
    String field = pick(fields);
    note("extract from " + kind);
    return note("extract " + field) + "extract(%s FROM %s)".formatted(field, of(kind, depth));
  }

  private String json(int depth) {
    String json = column(Kind.JSONB);
    if (random.nextInt(4) == 0) {
      json = note("->") + "(%s -> %s)".formatted(json, jsonKey());
    }
    if (random.nextInt(3) == 0) {
      return note("#>>")
          + "(%s #>> '%s')"
              .formatted(json, pick(List.of("{a}", "{b,c}", "{b,c,1}", "{0}", "{3,-1}", "{}")));
    }
    if (random.nextInt(8) == 0) {
      return note("->> expression") + "(%s ->> %s)".formatted(json, of(Kind.TEXT, depth));
    }
    return note("->>") + "(%s ->> %s)".formatted(json, jsonKey());
  }

  private String jsonKey() {
    return pick(List.of("'a'", "'b'", "'é'", "'c'", "0", "1", "-1", "-9", "3"));
  }

  private String text(int depth) {
    switch (random.nextInt(14)) {
      case 8, 9:
        return json(depth);
      case 10:
        String letters = random.nextBoolean() ? "lower" : "upper";
        return note(letters)
            + (random.nextBoolean()
                ? "%s((%s) COLLATE \"C\")".formatted(letters, of(Kind.TEXT, depth))
                : "%s(%s)".formatted(letters, pick(List.of("e.c1", "e.c2", "(e.t1 || e.c1)"))));
      case 11:
        Kind mixed = pick(List.of(Kind.BOOLEAN, Kind.INT4, Kind.NUMERIC, Kind.UUID, Kind.TEXT));
        return note("concat of " + mixed)
            + "concat(%s, %s, 'x')".formatted(of(mixed, depth), of(Kind.TEXT, depth));
      case 12:
        String forms =
            pick(
                List.of(
                    "trim(both 'a' from %s)",
                    "trim(leading from %s)",
                    "trim(trailing ' b' from %s)",
                    "trim(%s)",
                    "substring(%s from 2)",
                    "substring(%s from 2 for 2)"));
        return note(forms) + forms.formatted(of(Kind.TEXT, depth));
      case 13:
        return switch (random.nextInt(4)) {
          case 0 -> note("char(n) as TEXT") + "(%s)::text".formatted(column(Kind.BPCHAR));
          case 1 -> note("char(n) ||") + "(%s || %s)".formatted(column(Kind.BPCHAR), short_());
          case 2 -> note("as char(n)") + "((%s)::char(3))::text".formatted(of(Kind.TEXT, depth));
          default -> note("JSONB as TEXT") + "(%s)::text".formatted(column(Kind.JSONB));
        };
      case 0, 1:
        return note("||") + "(%s || %s)".formatted(of(Kind.TEXT, depth), of(Kind.TEXT, depth));
      case 2:
        Kind from =
            pick(List.of(Kind.BOOLEAN, Kind.INT2, Kind.INT4, Kind.INT8, Kind.NUMERIC, Kind.UUID));
        return note(from + " as TEXT") + "(%s)::text".formatted(of(from, depth));
      case 3:
        String trim = pick(List.of("btrim", "ltrim", "rtrim"));
        return note(trim)
            + (random.nextBoolean()
                ? "%s(%s)".formatted(trim, of(Kind.TEXT, depth))
                : "%s(%s, 'a b')".formatted(trim, of(Kind.TEXT, depth)));
      case 4:
        String part = pick(List.of("substring", "substr"));
        int start = random.nextInt(-2, 6);
        return note(part)
            + (random.nextBoolean()
                ? "%s(%s, %d)".formatted(part, of(Kind.TEXT, depth), start)
                : "%s(%s, %d, %d)".formatted(part, of(Kind.TEXT, depth), start, random.nextInt(5)));
      case 5:
        String side = random.nextBoolean() ? "left" : "right";
        return note(side)
            + "%s(%s, %d)".formatted(side, of(Kind.TEXT, depth), random.nextInt(-3, 6));
      case 6:
        if (random.nextBoolean()) {
          return note("replace")
              + "replace(%s, %s, %s)".formatted(of(Kind.TEXT, depth), short_(), column(Kind.TEXT));
        }
        return note("split_part")
            + "split_part(%s, %s, %s)"
                .formatted(
                    of(Kind.TEXT, depth), short_(), pick(List.of("1", "2", "3", "-1", "-2")));
      default:
        return note("as varchar(n)")
            + "(%s)::varchar(%d)".formatted(of(Kind.TEXT, depth), random.nextInt(1, 6));
    }
  }

  private String date(int depth) {
    return switch (random.nextInt(3)) {
      case 0 -> note("TIMESTAMP as DATE") + "(%s)::date".formatted(of(Kind.TIMESTAMP, depth));
      case 1 -> {
        String operator = random.nextBoolean() ? "+" : "-";
        yield note("date " + operator + " int")
            + "(%s %s %s)".formatted(of(Kind.DATE, depth), operator, column(Kind.INT2));
      }
      default ->
          note("int + date") + "(%s + %s)".formatted(column(Kind.INT2), of(Kind.DATE, depth));
    };
  }

  private String interval(int depth) {
    return switch (random.nextInt(4)) {
      case 0 ->
          note("interval +")
              + "(%s %s %s)"
                  .formatted(
                      of(Kind.INTERVAL, depth),
                      random.nextBoolean() ? "+" : "-",
                      column(Kind.INTERVAL));
      case 1 -> note("interval -x") + "(- %s)".formatted(of(Kind.INTERVAL, depth));
      case 2 ->
          note("timestamptz - timestamptz")
              + "(%s - %s)".formatted(of(Kind.TIMESTAMPTZ, depth), column(Kind.TIMESTAMPTZ));
      default ->
          note("timestamp - timestamp")
              + "(%s - %s)".formatted(of(Kind.TIMESTAMP, depth), column(Kind.TIMESTAMP));
    };
  }

  /** Seldom, because a zone's history is read anew for each expression. */
  private String zoned(int depth) {
    return random.nextInt(4) > 0
        ? column(Kind.TIMESTAMPTZ)
        : note("timestamp AT TIME ZONE")
            + "(%s AT TIME ZONE '%s')".formatted(of(Kind.TIMESTAMP, depth), pick(ZONES));
  }

  private String timestamp(int depth) {
    switch (random.nextInt(6)) {
      case 0:
        if (random.nextBoolean()) {
          return column(Kind.TIMESTAMP);
        }
        return note("timestamptz AT TIME ZONE")
            + "(%s AT TIME ZONE '%s')".formatted(of(Kind.TIMESTAMPTZ, depth), pick(ZONES));
      case 1:
        Kind moved = random.nextBoolean() ? Kind.TIMESTAMP : Kind.DATE;
        return note(moved + " + interval")
            + "(%s %s %s)"
                .formatted(
                    of(moved, depth), random.nextBoolean() ? "+" : "-", of(Kind.INTERVAL, depth));
      default:
        break;
    }
    if (random.nextInt(4) == 0) {
      return note("DATE as TIMESTAMP") + "(%s)::timestamp".formatted(of(Kind.DATE, depth));
    }
    String unit =
        pick(
            List.of(
                "microseconds",
                "milliseconds",
                "second",
                "minute",
                "hour",
                "day",
                "week",
                "month",
                "quarter",
                "year",
                "decade",
                "century",
                "millennium"));
    return note("date_trunc " + unit)
        + "date_trunc('%s', %s)".formatted(unit, of(Kind.TIMESTAMP, depth));
  }

  private String short_() {
    return pick(List.of("'a'", "'b'", "''", "' '", "'é'", "'ab'", "e.t2"));
  }

  /** Counts, and adds nothing to the text. */
  private String note(String what) {
    used.merge(what.strip(), 1L, Long::sum);
    return "";
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
