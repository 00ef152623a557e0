// SPDX-License-Identifier: Apache-2.0
/** Which generations of a rollup there are, and which one readers get. */
package io.daybook.serve.generation;
