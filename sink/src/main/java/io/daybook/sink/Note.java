// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

/**
 * That a workspace's cache version is still to be incremented.
 *
 * @param seq new each time the workspace is noted again
 */
record Note(Share share, String workspace, long seq) {

  /** One partition of a rollup topic: the sink that holds it sees to its notes. */
  record Share(String rollup, int generation, int partition) {}
}
