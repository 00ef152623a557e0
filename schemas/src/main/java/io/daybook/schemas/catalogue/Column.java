// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.catalogue;

/** A column: of a source table, or of a rollup. */
public record Column(String name, SqlType type) {}
