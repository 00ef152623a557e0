// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import static io.daybook.schemas.catalogue.SqlType.Kind.ARRAY;
import static io.daybook.schemas.catalogue.SqlType.Kind.BPCHAR;
import static io.daybook.schemas.catalogue.SqlType.Kind.INT2;
import static io.daybook.schemas.catalogue.SqlType.Kind.INT4;
import static io.daybook.schemas.catalogue.SqlType.Kind.INT8;
import static io.daybook.schemas.catalogue.SqlType.Kind.NUMERIC;
import static io.daybook.schemas.catalogue.SqlType.Kind.TEXT;
import static io.daybook.schemas.catalogue.SqlType.Kind.TIMESTAMP;

import io.daybook.schemas.catalogue.ArrayText;
import io.daybook.schemas.catalogue.SqlType.Kind;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Functions that are strict, IMMUTABLE in Postgres and exact in Java, by name and argument types.
 */
final class Functions {
  private static final Map<String, List<Signature>> ALL = new HashMap<>();

  /**
   * One function.
   *
   * @param parameters kinds of its arguments
   * @param result kind of what it gives; Postgres must say the same of a call
   */
  record Signature(List<Kind> parameters, Kind result, Body body) {}

  /** What it does with arguments that are not NULL. */
  interface Body {
    Object of(Object[] arguments);
  }

  static {
    texts();
    numbers();
    arrays();
    add(
        "date_trunc",
        List.of(TEXT, TIMESTAMP),
        TIMESTAMP,
        a -> Times.truncate(text(a, 0), number(a, 1)));
  }

  private Functions() {}

  private static void arrays() {
    add("cardinality", List.of(ARRAY), INT4, a -> (long) array(a).elements().size());
    add(
        "array_length",
        List.of(ARRAY, INT4),
        INT4,
        a -> {
          List<Integer> lengths = array(a).lengths();
          long dimension = number(a, 1);
          return dimension < 1 || dimension > lengths.size()
              ? null
              : (Object) (long) lengths.get((int) dimension - 1);
        });
  }

  private static ArrayText.Content array(Object[] arguments) {
    return ArrayText.parse(text(arguments, 0));
  }

  private static void texts() {
    for (String name : List.of("length", "char_length", "character_length")) {
      add(name, List.of(TEXT), INT4, a -> Texts.length(text(a, 0)));
    }
    trim("btrim", true, true);
    trim("ltrim", true, false);
    trim("rtrim", false, true);
    for (String name : List.of("substring", "substr")) {
      add(name, List.of(TEXT, INT4), TEXT, a -> Texts.substring(text(a, 0), number(a, 1)));
      add(
          name,
          List.of(TEXT, INT4, INT4),
          TEXT,
          a -> Texts.substring(text(a, 0), number(a, 1), number(a, 2)));
    }
    add("left", List.of(TEXT, INT4), TEXT, a -> Texts.left(text(a, 0), number(a, 1)));
    add("right", List.of(TEXT, INT4), TEXT, a -> Texts.right(text(a, 0), number(a, 1)));
    add("lower", List.of(TEXT), TEXT, a -> TextRules.lower(text(a, 0)));
    add("upper", List.of(TEXT), TEXT, a -> TextRules.upper(text(a, 0)));
    add("position", List.of(TEXT, TEXT), INT4, a -> Texts.position(text(a, 1), text(a, 0)));
    add("strpos", List.of(TEXT, TEXT), INT4, a -> Texts.position(text(a, 0), text(a, 1)));
    add(
        "replace",
        List.of(TEXT, TEXT, TEXT),
        TEXT,
        a -> Texts.replace(text(a, 0), text(a, 1), text(a, 2)));
    add(
        "split_part",
        List.of(TEXT, TEXT, INT4),
        TEXT,
        a -> Texts.splitPart(text(a, 0), text(a, 1), number(a, 2)));
  }

  private static void trim(String name, boolean start, boolean end) {
    add(name, List.of(TEXT), TEXT, a -> Texts.trim(text(a, 0), " ", start, end));
    add(name, List.of(TEXT, TEXT), TEXT, a -> Texts.trim(text(a, 0), text(a, 1), start, end));
  }

  private static void numbers() {
    for (Kind kind : List.of(INT2, INT4, INT8)) {
      add("abs", List.of(kind), kind, a -> number(a, 0) < 0 ? negated(number(a, 0), kind) : a[0]);
    }
    add("abs", List.of(NUMERIC), NUMERIC, a -> Numerics.abs(a[0]));
    rounding("round", RoundingMode.HALF_UP);
    rounding("trunc", RoundingMode.DOWN);
    add("floor", List.of(NUMERIC), NUMERIC, a -> Numerics.round(a[0], 0, RoundingMode.FLOOR));
    for (String name : List.of("ceil", "ceiling")) {
      add(name, List.of(NUMERIC), NUMERIC, a -> Numerics.round(a[0], 0, RoundingMode.CEILING));
    }
  }

  private static void rounding(String name, RoundingMode mode) {
    add(name, List.of(NUMERIC), NUMERIC, a -> Numerics.round(a[0], 0, mode));
    add(name, List.of(NUMERIC, INT4), NUMERIC, a -> Numerics.round(a[0], number(a, 1), mode));
  }

  private static Long negated(long value, Kind kind) {
    if (value == Long.MIN_VALUE) {
      throw Numerics.outOfRange(kind);
    }
    return Numerics.inRange(-value, kind);
  }

  private static void add(String name, List<Kind> parameters, Kind result, Body body) {
    ALL.computeIfAbsent(name, key -> new ArrayList<>())
        .add(new Signature(parameters, result, body));
  }

  private static String text(Object[] arguments, int index) {
    return (String) arguments[index];
  }

  private static long number(Object[] arguments, int index) {
    return (Long) arguments[index];
  }

  /** All names, in lower case. */
  static Set<String> names() {
    return ALL.keySet();
  }

  /** The function that takes this many arguments and gives this; null where there is none. */
  static Signature find(String name, List<Kind> arguments, Kind result) {
    for (Signature each : ALL.getOrDefault(name, List.of())) {
      if (each.result == result && takes(each, arguments)) {
        return each;
      }
    }
    return null;
  }

  /** A null stands for a constant that takes any type. */
  private static boolean takes(Signature signature, List<Kind> arguments) {
    if (signature.parameters.size() != arguments.size()) {
      return false;
    }
    for (int i = 0; i < arguments.size(); i++) {
      Kind given = arguments.get(i);
      Kind wanted = signature.parameters.get(i);
      boolean widened =
          given != null && given.isInteger() && wanted.isNumber() && given.compareTo(wanted) < 0;
      boolean unpadded = given == BPCHAR && wanted == TEXT;
      if (given != null && given != wanted && !widened && !unpadded) {
        return false;
      }
    }
    return true;
  }
}
