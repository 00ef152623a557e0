// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.generation;

/**
 * A generation that has a table.
 *
 * @param bytes of its rows and their index
 */
public record Existing(String rollup, int number, Phase phase, long bytes) {}
