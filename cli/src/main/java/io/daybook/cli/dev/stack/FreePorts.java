// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands out loopback ports, each at most once.
 *
 * <p>They come from below the range from which Linux and macOS take the ports of outgoing
 * connections (32768 and 49152): while a server is down, a client that keeps dialling its port
 * could otherwise be given that very port, connect to itself, and keep the server from coming back.
 */
final class FreePorts {
  static final String HOST = "127.0.0.1";
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int TRIES_MAX = 200;

  private final Set<Integer> taken = new HashSet<>();

  /** The wanted port, after a look whether it is free; a free one for 0. */
  int claim(int wanted, String part) {
    if (wanted != 0) {
      requireFree(wanted, part);
      if (!taken.add(wanted)) {
        throw new StackException(
            "Port %d is wanted for %s and for another server: give them different ports."
                .formatted(wanted, part));
      }
      return wanted;
    }
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (!taken.contains(port) && isFree(port)) {
        taken.add(port);
        return port;
      }
    }
    throw new StackException(
        "No free port for %s: %d tries between %d and %d on %s all met a program that listens."
            .formatted(part, TRIES_MAX, LOWEST, HIGHEST, HOST));
  }

  /** Fails when a program listens there: our server would not start, or we would talk to theirs. */
  static void requireFree(int port, String part) {
    if (!isFree(port)) {
      throw new StackException(
          ("Port %d on %s, wanted for %s, is in use. End the program that holds it (ss -ltnp shows"
                  + " it) or choose another port.")
              .formatted(port, HOST, part));
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port), 1);
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }
}
