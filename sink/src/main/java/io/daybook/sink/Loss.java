// SPDX-License-Identifier: Apache-2.0
package io.daybook.sink;

/** How it shows that Redis has lost increments, or may have. */
enum Loss {
  GONE("Redis lost its data"),
  EARLIER("Redis went back to data of an earlier time"),
  BEHIND("Redis lost its last increments"),
  RESTARTED("Redis was restarted or failed over, which may lose increments"),
  /** The sentinel is there, and some versions are not: evicted, or deleted by hand. */
  KEYS("Redis lost the keys of single workspaces"),
  /** All versions were being lifted, and whoever did that has not said that it was done. */
  UNFINISHED("Redis lost its data, and its versions are not all lifted yet");

  private final String words;

  Loss(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
