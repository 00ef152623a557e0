// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

/** One embedded server. Its port and its data stay the same over stop and start. */
public sealed interface Part permits PostgresPart, KafkaPart, RedisPart {
  /** Name for messages. */
  String name();

  /** Port on 127.0.0.1. */
  int port();

  /** Returns when the server answers; does nothing when it runs already. */
  void start();

  /** Returns when the server is gone; does nothing when it does not run. */
  void stop();

  /** Stops in order, then starts on the same port and data. */
  default void restart() {
    stop();
    start();
  }
}
