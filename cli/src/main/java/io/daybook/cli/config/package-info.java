// SPDX-License-Identifier: Apache-2.0
/** One {@code daybook.yaml}, checked whole before anything starts. */
package io.daybook.cli.config;
