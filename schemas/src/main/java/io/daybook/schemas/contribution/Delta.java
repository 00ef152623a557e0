// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.contribution;

import java.util.List;

/**
 * A change to one cell: a contribution added, retracted, or the difference of two.
 *
 * @param day the cell's day, days since 1970-01-01
 * @param fact index of the fact that contributes
 * @param rows by how many the fact's rows in the cell grow: 1, -1 or 0
 * @param states what is added to the fact's measures
 */
public record Delta(int day, int fact, long rows, List<Object> states) {}
