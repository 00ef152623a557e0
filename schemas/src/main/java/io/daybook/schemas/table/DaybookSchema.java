// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import io.daybook.schemas.catalogue.Identifier;

/** The schema in the target database that holds everything of Daybook's, and its two roles. */
public final class DaybookSchema {
  public static final String NAME = "daybook";

  /** Group role of the sink: writes rows, offsets and notes. */
  public static final String SINK_ROLE = "daybook_sink";

  /** Group role of readers: calls the read functions, sees the views and the switch. */
  public static final String READER_ROLE = "daybook_reader";

  private DaybookSchema() {}

  /** A name in this schema, quoted for SQL: {@code daybook."workspace_daily"}. */
  public static String qualified(String name) {
    return NAME + "." + Identifier.quote(name);
  }
}
