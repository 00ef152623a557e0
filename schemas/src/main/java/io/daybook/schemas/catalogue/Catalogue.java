// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

import java.util.List;
import java.util.Map;

/**
 * What Postgres says about the SELECTs of one rollup. It travels with the definition, so that who
 * runs the rollup needs no access to the source.
 *
 * @param searchPath schemas in which names were resolved, in order
 * @param tables by the name as it is written in FROM; with all their columns
 * @param expressions type of each expression on a row: by fact, then by its text
 * @param outputs type of each output column: by fact, then by its name
 * @param collations of the tables' text columns
 * @param zones what the time zones that are named mean, by the name as written
 */
public record Catalogue(
    List<String> searchPath,
    Map<String, Table> tables,
    Map<String, Map<String, SqlType>> expressions,
    Map<String, Map<String, SqlType>> outputs,
    Collations collations,
    Map<String, ZoneOffsets> zones) {}
