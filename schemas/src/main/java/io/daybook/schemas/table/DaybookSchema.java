// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import io.daybook.schemas.catalogue.Identifier;
import java.util.List;

/** The schema in the target database that holds everything of Daybook's, and its roles. */
public final class DaybookSchema {
  public static final String NAME = "daybook";

  /** Group role of the sink: writes rows, offsets and notes. */
  public static final String SINK_ROLE = "daybook_sink";

  /** Group role of readers: calls the read functions, sees the views and the switch. */
  public static final String READER_ROLE = "daybook_reader";

  /** Group role of the API, beside that of readers: records what it compares and is asked for. */
  public static final String SERVE_ROLE = "daybook_serve";

  /** All of them. */
  public static final List<String> ROLES = List.of(READER_ROLE, SINK_ROLE, SERVE_ROLE);

  private DaybookSchema() {}

  /** A name in this schema, quoted for SQL: {@code daybook."workspace_daily"}. */
  public static String qualified(String name) {
    return NAME + "." + Identifier.quote(name);
  }
}
