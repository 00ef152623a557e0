// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.definition;

import io.daybook.schemas.catalogue.Column;
import io.daybook.schemas.catalogue.Table;
import java.util.List;
import java.util.Map;

/**
 * A rollup whose SELECTs have been checked and typed by Postgres: everything else follows from it.
 *
 * @param name folder name of its definition; name of the view
 * @param generation number of this build of it, from 1; part of every name it leaves outside
 * @param hash of the definition as it was written; a changed one is recognised by it
 * @param keys {@code workspace_id} (text), {@code day} (date), then the dimensions
 * @param tables the source tables its facts read, each with the columns that they use
 * @param searchPath schemas in which Postgres resolved the names of the SELECTs
 * @param facts one for each SELECT, in the order of their file names
 * @param fromEpoch the first epoch of the CDC topics whose events have all that the facts need;
 *     older ones were captured for other definitions
 * @param fromLoads tables that were read beside the stream in that epoch, and the first load of
 *     each whose events have all; a table that is not there needs none
 */
public record Rollup(
    String name,
    int generation,
    String hash,
    List<Column> keys,
    List<Table> tables,
    List<String> searchPath,
    List<Fact> facts,
    int fromEpoch,
    Map<String, Integer> fromLoads) {
  public Rollup {
    keys = List.copyOf(keys);
    tables = List.copyOf(tables);
    searchPath = List.copyOf(searchPath);
    facts = List.copyOf(facts);
    fromLoads = Map.copyOf(fromLoads);
  }

  /** One that all events of the topics suffice for. */
  public Rollup(
      String name,
      int generation,
      String hash,
      List<Column> keys,
      List<Table> tables,
      List<String> searchPath,
      List<Fact> facts) {
    this(name, generation, hash, keys, tables, searchPath, facts, 1, Map.of());
  }

  /** The same from another epoch on, and from other loads in it. */
  public Rollup from(int epoch, Map<String, Integer> loads) {
    return new Rollup(name, generation, hash, keys, tables, searchPath, facts, epoch, loads);
  }

  /** The first load of a table whose events have all; 0 where it needs none. */
  public int fromLoad(Table table) {
    return fromLoads.getOrDefault(table.name().toString(), 0);
  }

  /** The same as another generation. */
  public Rollup as(int number) {
    return new Rollup(name, number, hash, keys, tables, searchPath, facts, fromEpoch, fromLoads);
  }

  /** For people: the name, and from the second generation on its number. */
  public String label() {
    return label(name, generation);
  }

  /** The same of any. */
  public static String label(String name, int generation) {
    return generation == 1 ? name : name + " g" + generation;
  }

  /** Whether it is this generation of this rollup. */
  public boolean is(String otherName, int otherGeneration) {
    return name.equals(otherName) && generation == otherGeneration;
  }

  /** All measures, fact by fact. */
  public List<Measure> measures() {
    return facts.stream().flatMap(fact -> fact.measures().stream()).toList();
  }

  /** The key columns after workspace and day. */
  public List<Column> dimensions() {
    return keys.subList(2, keys.size());
  }
}
