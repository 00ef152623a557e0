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

  @Override
  public String toString() {
    return name;
  }
}
