// SPDX-License-Identifier: Apache-2.0
/**
 * Postgres, Kafka and Redis as real servers on this machine, for {@code daybook dev} and for
 * integration tests.
 */
package io.daybook.cli.dev.stack;
