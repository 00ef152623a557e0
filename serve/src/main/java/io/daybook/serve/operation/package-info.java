// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator's programs ask for, once for each key.
 *
 * <p>Reads and writes: {@code daybook.operation}. Next: the processes that do it.
 */
package io.daybook.serve.operation;
