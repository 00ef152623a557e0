// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.table;

import io.daybook.schemas.definition.Rollup;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the read function answers live while readers have one of these generations.
 *
 * @param generations those with this definition
 * @param query {@link LiveQuery#ofWorkspace}
 * @param columns names of what it returns
 * @param dimensions those of them that are keys besides workspace and day
 * @param searchPath to run it with
 */
public record LiveAnswer(
    List<Integer> generations,
    String query,
    List<String> columns,
    List<String> dimensions,
    List<String> searchPath) {
  public LiveAnswer {
    generations = List.copyOf(generations);
    columns = List.copyOf(columns);
    dimensions = List.copyOf(dimensions);
    searchPath = List.copyOf(searchPath);
  }

  /** That of one generation. */
  public static LiveAnswer of(Rollup rollup) {
    RollupTable table = new RollupTable(rollup);
    return new LiveAnswer(
        List.of(rollup.generation()),
        new LiveQuery(rollup).ofWorkspace(),
        table.columns().stream().map(StoredColumn::name).toList(),
        table.keys().stream().skip(2).map(StoredColumn::name).toList(),
        rollup.searchPath());
  }

  /** The same for more of them. */
  public LiveAnswer and(List<Integer> more) {
    List<Integer> all = Stream.concat(generations.stream(), more.stream()).toList();
    return new LiveAnswer(all, query, columns, dimensions, searchPath);
  }

  /** Whether both are the same but for the generations. */
  public boolean hasSameQuery(LiveAnswer other) {
    return query.equals(other.query)
        && columns.equals(other.columns)
        && searchPath.equals(other.searchPath);
  }
}
