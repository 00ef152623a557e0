// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.installation;

import io.daybook.cli.config.Config;
import io.daybook.pipeline.capture.CaptureRemoval;
import io.daybook.pipeline.capture.SourceStep;
import io.daybook.serve.migration.Step;
import io.daybook.serve.migration.Uninstallation;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of removing things from source and target.
 *
 * @param done a line each
 * @param left what the configured users may not drop
 */
public record Removal(List<String> done, SqlParts left) {

  public Removal(Config config, CaptureRemoval.Result source, Uninstallation.Result target) {
    this(done(source, target), left(config, source.left(), target.left()));
  }

  private static List<String> done(CaptureRemoval.Result source, Uninstallation.Result target) {
    List<String> done = new ArrayList<>(source.done());
    done.addAll(target.done());
    return done;
  }

  /** What remains for others, in parts by who may drop it. */
  public static SqlParts left(Config config, List<SourceStep> source, List<Step> target) {
    List<SqlStep> left = new ArrayList<>();
    source.forEach(step -> left.add(SqlStep.of(step, config.source())));
    target.forEach(step -> left.add(SqlStep.of(step, config.target())));
    return SqlParts.of(left);
  }
}
