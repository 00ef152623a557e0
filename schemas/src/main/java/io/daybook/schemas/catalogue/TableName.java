// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

/** A table by its exact, unquoted names. */
public record TableName(String schema, String name) implements Comparable<TableName> {

  /** Quoted for SQL: {@code "public"."Order Lines"}. */
  public String quoted() {
    return Identifier.quote(schema) + "." + Identifier.quote(name);
  }

  @Override
  public int compareTo(TableName other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}
