// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between clients and one server on loopback and spoils their connections: cuts them, holds
 * back what either side says, or passes it on slowly. Two threads for each connection.
 */
final class TcpProxy implements AutoCloseable {
  private static final int CHUNK_BYTES = 16 << 10;

  /** Which way bytes go. */
  enum Way {
    TO_SERVER,
    TO_CLIENT
  }

  private final InetSocketAddress server;
  private final ServerSocket listener;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Way> held = ConcurrentHashMap.newKeySet();
  private final AtomicLong heldChunks = new AtomicLong();
  private final AtomicLong delayedChunks = new AtomicLong();
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean closed;

  private TcpProxy(int port, int serverPort) throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    this.server = new InetSocketAddress(loopback, serverPort);
    this.listener = new ServerSocket(port, 200, loopback);
  }

  /** Listens on a port of loopback for connections to another. */
  static TcpProxy start(String name, int port, int serverPort) throws IOException {
    TcpProxy proxy = new TcpProxy(port, serverPort);
    daemon("proxy-" + name, proxy::accept).start();
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Connections that are open now. */
  int open() {
    return links.size();
  }

  /** Resets all connections, as a firewall that was restarted does; returns how many. */
  int cut() {
    int cut = 0;
    for (Link link : links) {
      cut += link.reset() ? 1 : 0;
    }
    return cut;
  }

  /** From now on what goes that way is kept, on connections that are open and on new ones. */
  void hold(Way way) {
    held.add(way);
  }

  /** From now on each chunk waits so long, one after the other on a connection. */
  void delay(Duration each) {
    delay = each;
  }

  /** Lets everything through, first what was kept. */
  void release() {
    delay = Duration.ZERO;
    held.clear();
    signal();
  }

  /** Chunks that had to wait for {@link #release} so far. */
  long heldChunks() {
    return heldChunks.get();
  }

  /** Chunks that were slowed down so far. */
  long delayedChunks() {
    return delayedChunks.get();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = listener.accept();
        daemon("proxy-connect", () -> connect(client)).start();
      } catch (IOException e) {
        if (!closed) {
          throw new IllegalStateException("the proxy on port " + port() + " has failed", e);
        }
      }
    }
  }

  private void connect(Socket client) {
    Socket toServer = new Socket();
    Link link = new Link(client, toServer);
    try {
      toServer.connect(server, 5_000);
      client.setTcpNoDelay(true);
      toServer.setTcpNoDelay(true);
    } catch (IOException serverIsAway) {
      link.reset();
      return;
    }
    links.add(link);
    daemon("proxy-up", () -> link.pump(client, toServer, Way.TO_SERVER)).start();
    daemon("proxy-down", () -> link.pump(toServer, client, Way.TO_CLIENT)).start();
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listener.close();
    cut();
    signal();
  }

  /** One connection. */
  private final class Link {
    private final Socket client;
    private final Socket toServer;
    private volatile boolean ended;

    Link(Socket client, Socket toServer) {
      this.client = client;
      this.toServer = toServer;
    }

    void pump(Socket from, Socket to, Way way) {
      byte[] chunk = new byte[CHUNK_BYTES];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
          slowDown(way);
          out.write(chunk, 0, length);
        }
      } catch (IOException | InterruptedException connectionIsOver) {
        // Either side has gone, or it was cut: the other one shall notice.
      } finally {
        end();
      }
    }

    private void slowDown(Way way) throws InterruptedException {
      lock.lock();
      try {
        long left = delay.toNanos();
        if (left > 0) {
          delayedChunks.incrementAndGet();
        }
        while (left > 0 && !delay.isZero() && !ended) {
          left = changed.awaitNanos(left);
        }
        if (held.contains(way)) {
          heldChunks.incrementAndGet();
        }
        while (held.contains(way) && !ended) {
          changed.await(1, TimeUnit.SECONDS);
        }
      } finally {
        lock.unlock();
      }
    }

    /** Both sides see a reset rather than an end of the stream; false where it was over. */
    boolean reset() {
      boolean first = !ended;
      try {
        client.setSoLinger(true, 0);
        toServer.setSoLinger(true, 0);
      } catch (IOException alreadyClosed) {
        first = false;
      }
      end();
      return first;
    }

    private void end() {
      ended = true;
      links.remove(this);
      try {
        client.close();
        toServer.close();
      } catch (IOException e) {
        throw new IllegalStateException("a socket cannot be closed", e);
      }
      signal();
    }
  }
}
