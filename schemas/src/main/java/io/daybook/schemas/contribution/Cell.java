// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.contribution;

import java.util.List;

/**
 * The accumulated state of one cell of a rollup.
 *
 * @param rows how many rows each fact has in it
 * @param states of all measures, fact by fact
 */
public record Cell(List<Long> rows, List<List<Object>> states) {}
