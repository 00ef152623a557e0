// SPDX-License-Identifier: Apache-2.0
/**
 * Brings the target database to what the definitions want, and takes it away again.
 *
 * <p>Reads: the target's catalogue. Writes: the schema {@code daybook} and its two roles.
 */
package io.daybook.serve.migration;
