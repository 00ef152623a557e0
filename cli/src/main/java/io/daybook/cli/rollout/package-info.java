// SPDX-License-Identifier: Apache-2.0
/** Moves readers to a rollup step by step, as long as everything is as it must be. */
package io.daybook.cli.rollout;
