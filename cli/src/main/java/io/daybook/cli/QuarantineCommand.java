// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import picocli.CommandLine.Command;

/** What could not be read. */
@Command(
    name = "quarantine",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "list|retry",
    description = {
      "Change events that a rollup could not read. As long as one stands here, readers of the"
          + " workspaces that it may concern get the live query; a later event of the same row"
          + " settles it, and so does a new snapshot."
    },
    subcommands = {QuarantineListCommand.class, QuarantineRetryCommand.class})
final class QuarantineCommand {}
