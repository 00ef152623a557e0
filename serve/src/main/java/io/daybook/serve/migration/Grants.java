// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.migration;

import static io.daybook.schemas.table.DaybookSchema.READER_ROLE;

import io.daybook.schemas.table.DaybookSchema;
import io.daybook.schemas.table.FunctionDefinition;
import java.util.List;

/** Steps that give Daybook's roles what they need, each needed only where it is missing. */
final class Grants {
  static final List<String> READ = List.of("SELECT");
  static final List<String> ADD = List.of("SELECT", "INSERT");
  static final List<String> ADD_AND_PRUNE = List.of("SELECT", "INSERT", "DELETE");
  static final List<String> WRITE = List.of("SELECT", "INSERT", "UPDATE", "DELETE");

  private final TargetCatalogue catalogue;

  Grants(TargetCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  Step schema(String schema, String role) {
    return step("SCHEMA " + schema, schema, role, List.of("USAGE"));
  }

  Step table(String table, String role, List<String> privileges) {
    return step(DaybookSchema.qualified(table), table, role, privileges);
  }

  Step sequence(String sequence, String role) {
    return step("SEQUENCE " + DaybookSchema.qualified(sequence), sequence, role, List.of("USAGE"));
  }

  /**
   * Execution by readers and by nobody else.
   *
   * @param isNew whether a step before this one creates the function
   */
  Step function(FunctionDefinition function, boolean isNew) {
    String on =
        "FUNCTION %s(%s)"
            .formatted(DaybookSchema.qualified(function.name()), function.parameters());
    return new Step(
        "only %s may execute daybook.%s".formatted(READER_ROLE, function.name()),
        "REVOKE ALL ON %1$s FROM PUBLIC;\nGRANT EXECUTE ON %1$s TO %2$s".formatted(on, READER_ROLE),
        isNew
            || !catalogue.granted(function.name(), READER_ROLE, "EXECUTE")
            || catalogue.granted(function.name(), "PUBLIC", "EXECUTE"));
  }

  private Step step(String on, String object, String role, List<String> privileges) {
    String list = String.join(", ", privileges);
    return new Step(
        "%s may %s %s".formatted(role, list, object),
        "GRANT %s ON %s TO %s".formatted(list, on, role),
        !privileges.stream().allMatch(privilege -> catalogue.granted(object, role, privilege)));
  }
}
