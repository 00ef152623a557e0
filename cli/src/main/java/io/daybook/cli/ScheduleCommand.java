// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import picocli.CommandLine.Command;

/** The schedule. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "status|run",
    description = {
      "Verifies the last days of all rollups now and then, and writes rows that differ once more:"
          + " those that somebody changed, deleted or invented by hand. The key 'schedule.cron' says"
          + " when, 'schedule.days' how many days; without them it only runs when it is asked to."
    },
    subcommands = {ScheduleStatusCommand.class, ScheduleRunCommand.class})
final class ScheduleCommand {}
