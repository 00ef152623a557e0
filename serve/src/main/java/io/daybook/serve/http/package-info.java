// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP API: reads of rollups, and what an operator may ask for.
 *
 * <p>Reads: what {@code read} and {@code cache} give. Next: whoever asked.
 */
package io.daybook.serve.http;
