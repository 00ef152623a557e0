// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

/** A workspace whose readers get other answers than before, and the partition that says so. */
record Concerned(int partition, String workspace) implements Comparable<Concerned> {
  @Override
  public int compareTo(Concerned other) {
    int byPartition = Integer.compare(partition, other.partition);
    return byPartition != 0 ? byPartition : workspace.compareTo(other.workspace);
  }
}
