// SPDX-License-Identifier: Apache-2.0
/**
 * How far readers have been moved to a rollup, step by step.
 *
 * <p>Reads and writes: {@code daybook.rollout}.
 */
package io.daybook.serve.rollout;
