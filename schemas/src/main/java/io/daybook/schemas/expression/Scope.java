// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import io.daybook.schemas.catalogue.Collations;
import io.daybook.schemas.catalogue.SqlType;
import io.daybook.schemas.catalogue.ZoneOffsets;
import io.daybook.schemas.sql.Node;

/** Where the names and types of one SELECT are found. */
public interface Scope {
  /** The column a name stands for. */
  ColumnValue column(Node.ColumnUse use);

  /** What Postgres said the type of this expression is. */
  SqlType typeOf(Node node);

  /** The name of the collation that a text column has. */
  String collation(Node.ColumnUse use);

  /** What a collation does. */
  Collations.Behaviour behaviour(String collation);

  /** The time zone of a name. */
  ZoneOffsets zone(String name);
}
