// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A port on loopback that leads to another one, and that can be made to lead elsewhere: connections
 * that are open stay with the server they have, as after a change of a name's address.
 */
final class Detour implements AutoCloseable {
  private final ServerSocket door;
  private volatile int target;

  Detour(int target) throws IOException {
    this.target = target;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    inBackground(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  void leadTo(int other) {
    target = other;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket in = door.accept();
        Socket out = new Socket(InetAddress.getLoopbackAddress(), target);
        inBackground(() -> pipe(in, out));
        inBackground(() -> pipe(out, in));
      } catch (IOException e) {
        if (!door.isClosed()) {
          System.out.println("detour: " + e);
        }
      }
    }
  }

  /** Ends both when one ends. */
  private static void pipe(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[16 << 10];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      System.out.println("detour: a connection has ended: " + e.getMessage());
    }
  }

  private static void inBackground(Runnable task) {
    Thread thread = new Thread(task, "detour");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
