// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.PostgresUri;
import io.daybook.pipeline.capture.SourceStep;
import io.daybook.serve.migration.Step;

/**
 * A statement that source or target needs, and who may run it.
 *
 * @param what in words
 * @param runner in words, who may run it
 * @param ours whether the configured user may
 * @param database where
 */
public record SqlStep(String what, String sql, String runner, boolean ours, PostgresUri database) {

  static SqlStep of(SourceStep step, PostgresUri source) {
    return new SqlStep(step.what(), step.sql(), step.runner(), step.ours(), source);
  }

  static SqlStep of(Step step, PostgresUri target) {
    String runner =
        step.runner() == null ? "the target's user (" + target.user() + ")" : step.runner();
    return new SqlStep(step.what(), step.sql(), runner, step.ours(), target);
  }
}
