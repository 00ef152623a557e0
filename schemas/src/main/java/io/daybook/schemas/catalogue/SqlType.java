// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

/**
 * A Postgres type as far as Daybook must know it.
 *
 * @param kind how values are held in Java and how operators treat them
 * @param name as {@code format_type} prints it, usable in a cast: {@code numeric(12,2)}
 */
public record SqlType(Kind kind, String name) {
  public static final SqlType BOOLEAN = new SqlType(Kind.BOOLEAN, "boolean");
  public static final SqlType INT4 = new SqlType(Kind.INT4, "integer");
  public static final SqlType INT8 = new SqlType(Kind.INT8, "bigint");
  public static final SqlType NUMERIC = new SqlType(Kind.NUMERIC, "numeric");
  public static final SqlType TEXT = new SqlType(Kind.TEXT, "text");
  public static final SqlType DATE = new SqlType(Kind.DATE, "date");

  /** What values of a type are in Java. */
  public enum Kind {
    /** {@link Boolean}. */
    BOOLEAN,
    /** {@link Long}. */
    INT2,
    /** {@link Long}. */
    INT4,
    /** {@link Long}. */
    INT8,
    /** {@link java.math.BigDecimal}, or a {@link SpecialNumber}. */
    NUMERIC,
    /** {@link String}: text and varchar. */
    TEXT,
    /** {@link String}, padded. */
    BPCHAR,
    /** {@link String}, lower-case canonical form. */
    UUID,
    /** {@link String}, the label. */
    ENUM,
    /** {@link Integer}: days since 1970-01-01; the two extremes stand for -infinity, infinity. */
    DATE,
    /** {@link Long}: microseconds since 2000-01-01; the two extremes stand for ±infinity. */
    TIMESTAMP,
    /** As {@link #TIMESTAMP}, in UTC. */
    TIMESTAMPTZ,
    /** {@link Interval}. */
    INTERVAL,
    /** {@link String}: an array in Postgres' text form. */
    ARRAY,
    /** {@link String}: Postgres' text form. */
    JSONB,
    /** No value of it can be read. */
    UNSUPPORTED;

    public boolean isInteger() {
      return this == INT2 || this == INT4 || this == INT8;
    }

    public boolean isNumber() {
      return isInteger() || this == NUMERIC;
    }

    public boolean isText() {
      return this == TEXT || this == BPCHAR;
    }
  }

  /** The type of a kind that has no parameters and no name of a user's. */
  public static SqlType plain(Kind kind) {
    return switch (kind) {
      case BOOLEAN -> BOOLEAN;
      case INT2 -> new SqlType(kind, "smallint");
      case INT4 -> INT4;
      case INT8 -> INT8;
      case NUMERIC -> NUMERIC;
      case TEXT -> TEXT;
      case UUID -> new SqlType(kind, "uuid");
      case DATE -> DATE;
      case TIMESTAMP -> new SqlType(kind, "timestamp without time zone");
      case TIMESTAMPTZ -> new SqlType(kind, "timestamp with time zone");
      case INTERVAL -> new SqlType(kind, "interval");
      case JSONB -> new SqlType(kind, "jsonb");
      case BPCHAR -> new SqlType(kind, "character");
      case ENUM, ARRAY, UNSUPPORTED -> throw new IllegalArgumentException(kind + " needs a name");
    };
  }

  /** The type of an array's elements; unsupported where it is none of Postgres' plain types. */
  public SqlType element() {
    String plain = name.replaceFirst("\\[\\]$", "");
    Kind of =
        switch (plain.replaceFirst("\\(.*\\)", "")) {
          case "boolean" -> Kind.BOOLEAN;
          case "smallint" -> Kind.INT2;
          case "integer" -> Kind.INT4;
          case "bigint" -> Kind.INT8;
          case "numeric" -> Kind.NUMERIC;
          case "text", "character varying" -> Kind.TEXT;
          case "uuid" -> Kind.UUID;
          case "date" -> Kind.DATE;
          case "timestamp without time zone" -> Kind.TIMESTAMP;
          default -> Kind.UNSUPPORTED;
        };
    return new SqlType(of, plain);
  }

  /** This type with the parameters, such as {@code (12,2)}, that a cast was written with. */
  public SqlType as(String written) {
    int start = written.indexOf('(');
    return start < 0 || name.contains("(")
        ? this
        : new SqlType(kind, name + written.substring(start).replace(" ", ""));
  }

  @Override
  public String toString() {
    return name;
  }
}
