// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.preflight;

import io.daybook.cli.installation.Role;
import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import io.daybook.schemas.definition.Rollup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** This machine: its clock beside the servers', and the disk for local state. */
final class MachineInspection implements Inspection {
  private static final String CLOCKS = "clocks";
  private static final String STATE = "state-dir";
  private static final String DISK = "disk for state";
  private static final Duration APART_MOST = Duration.ofSeconds(1);
  private static final long MB = 1L << 20;
  private static final long FREE_LEAST = 1024 * MB;

  /** Beside the columns of a row: its key once more, position, version, and RocksDB's own. */
  private static final long ROW_OVERHEAD_BYTES = 100;

  /** A row, its copy beside its parent, and room for compaction. */
  private static final long COPIES = 3;

  /** What RocksDB sets aside for the stores of a rollup before anything is in them. */
  private static final long ROLLUP_BYTES = 250 * MB;

  private static final String SIZE =
      """
      SELECT coalesce(sum(CASE
        WHEN leaf.reltuples >= 0 THEN leaf.reltuples * (?::bigint + w.bytes)
        ELSE pg_relation_size(leaf.oid) END), 0)::bigint
      FROM pg_class leaf,
           LATERAL (SELECT coalesce(sum(coalesce(s.avg_width, 16)), 0) AS bytes
                    FROM pg_attribute a JOIN pg_namespace n ON n.oid = leaf.relnamespace
                    LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = leaf.relname
                                        AND s.attname = a.attname
                    WHERE a.attrelid = leaf.oid AND a.attname = ANY (?::text[])) w
      WHERE leaf.relkind = 'r'
        AND (leaf.oid = to_regclass(?)
             OR leaf.oid IN (SELECT relid FROM pg_partition_tree(to_regclass(?))))""";

  private final Path stateDir;
  private final Scope scope;
  private final SourceInspection source;
  private final Map<String, Optional<Clock>> clocks;
  private final Findings findings = new Findings("machine");

  /**
   * @param source for the size of its tables; null where it is not needed here
   * @param clocks of the servers that were asked, by name
   */
  MachineInspection(
      Path stateDir, Scope scope, SourceInspection source, Map<String, Optional<Clock>> clocks) {
    this.stateDir = stateDir.toAbsolutePath().normalize();
    this.scope = scope;
    this.source = source;
    this.clocks = clocks;
  }

  @Override
  public void alone() {
    clocks();
    if (scope.has(Role.AGGREGATE)) {
      writable();
    }
  }

  private void clocks() {
    int before = findings.checks().size();
    clocks.forEach(
        (server, clock) ->
            clock
                .filter(each -> each.ahead().abs().minus(each.error()).compareTo(APART_MOST) > 0)
                .ifPresent(
                    each ->
                        findings.warning(
                            CLOCKS,
                            "the %s's clock is %.1f s %s this machine's: how fresh a rollup is, is"
                                    .formatted(
                                        server,
                                        each.ahead().abs().toMillis() / 1000.0,
                                        each.ahead().isNegative() ? "behind" : "ahead of")
                                + " misjudged by that much",
                            "# run NTP (chrony, systemd-timesyncd) on both")));
    if (findings.checks().size() == before
        && clocks.values().stream().anyMatch(Optional::isPresent)) {
      findings.ok(CLOCKS, "not more than a second apart");
    }
  }

  /** The folder itself, or the nearest one above it that exists already. */
  private Path existing() {
    Path folder = stateDir;
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    return folder;
  }

  private void writable() {
    Path folder = existing();
    if (!Files.isDirectory(folder)) {
      findings.blocks(STATE, folder + " is no folder", "# let 'state-dir' name another folder");
    } else if (!Files.isWritable(folder)) {
      findings.blocks(
          STATE,
          folder + " cannot be written to by " + System.getProperty("user.name"),
          "chown %s %s # or let 'state-dir' name another folder"
              .formatted(System.getProperty("user.name"), folder));
    } else {
      findings.ok(STATE, stateDir.toString());
    }
  }

  @Override
  public void against(Known known) {
    if (scope.has(Role.AGGREGATE)) {
      findings.look(DISK, () -> disk(known));
    }
  }

  private void disk(Known known) throws SQLException {
    long free;
    try {
      free = Files.getFileStore(existing()).getUsableSpace();
    } catch (IOException e) {
      findings.warning(DISK, "could not be looked at: " + e.getMessage(), "");
      return;
    }
    Optional<PostgresSession> session = source == null ? Optional.empty() : source.session();
    long needed = session.isPresent() ? estimate(session.get(), known) : FREE_LEAST;
    String detail =
        session.isPresent()
            ? ("%d MB free, about %d MB needed: for each rollup %d MB and %d x rows x (columns used"
                    + " + %d bytes), by the planner's statistics")
                .formatted(free / MB, needed / MB, ROLLUP_BYTES / MB, COPIES, ROW_OVERHEAD_BYTES)
            : "%d MB free; how much is needed is not known without the source".formatted(free / MB);
    if (free < Math.max(needed, FREE_LEAST)) {
      findings.warning(DISK, detail, "# give it more room, or let 'state-dir' name another disk");
    } else {
      findings.ok(DISK, detail);
    }
  }

  private static long estimate(PostgresSession session, Known known) throws SQLException {
    long rows = 0;
    for (Rollup rollup : known.rollups()) {
      for (Table table : rollup.tables()) {
        String name = table.name().quoted();
        Object used = session.arrayOf(table.columns().stream().map(Column::name).toList());
        rows += session.number(SIZE, ROW_OVERHEAD_BYTES, used, name, name);
      }
    }
    return rows * COPIES + ROLLUP_BYTES * known.rollups().size();
  }

  @Override
  public Findings findings() {
    return findings;
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
