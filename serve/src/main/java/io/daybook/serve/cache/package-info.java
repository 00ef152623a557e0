// SPDX-License-Identifier: Apache-2.0
/**
 * Answers that are kept in Redis under the version of their workspace.
 *
 * <p>Reads: the versions that the sink increments, and the sentinel beside them. Writes: answers.
 */
package io.daybook.serve.cache;
