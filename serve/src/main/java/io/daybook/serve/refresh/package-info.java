// SPDX-License-Identifier: Apache-2.0
/** Rows that are written once more, from the topology or from the rollup topic. */
package io.daybook.serve.refresh;
