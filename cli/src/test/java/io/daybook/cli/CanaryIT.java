// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The canary against a server that does what it is told to. */
class CanaryIT {
  private static final String ENDPOINTS =
      """
      endpoints:
        - name: overview
          path: /overview
          workspace: clientId
          parameters: {parts: core}
          days: 10
          slo: {coldMs: 2000, warmMs: 2000}
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> asked = new ArrayList<>();
  private final Set<String> cached = new HashSet<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private ExecutorService threads;
  private HttpServer server;
  private Trouble trouble = Trouble.NONE;

  /** What the server does now and then. */
  private enum Trouble {
    NONE,
    ERROR,
    SILENCE,
    STALL,
    NO_HEADER,
    SLOW
  }

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("endpoints.yaml"), ENDPOINTS);
    Files.writeString(folder.resolve("token"), "secret-token\n");
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().toString();
    boolean sixth;
    boolean hit;
    synchronized (this) {
      asked.add(query + " " + exchange.getRequestHeaders().getFirst("Authorization"));
      sixth = asked.size() == 6;
      hit = !cached.add(query);
    }
    try {
      if (sixth && trouble == Trouble.SILENCE) {
        end.await();
        return;
      } else if (sixth && trouble == Trouble.SLOW) {
        Await.pass(java.time.Duration.ofMillis(2_001));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    exchange.getResponseHeaders().set("x-zrg-cache", hit ? "hit" : "miss");
    exchange.getResponseHeaders().set("x-zrg-read-source", "rollup");
    exchange.getResponseHeaders().set("x-request-id", "id-" + asked.size());
    if (!(sixth && trouble == Trouble.NO_HEADER)) {
      exchange.getResponseHeaders().set("x-zrg-duration-ms", "1.5");
    }
    if (sixth && trouble == Trouble.STALL) {
      exchange.sendResponseHeaders(200, 2);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return;
    }
    exchange.sendResponseHeaders(sixth && trouble == Trouble.ERROR ? 500 : 200, -1);
    exchange.close();
  }

  @Test
  void aServerThatKeepsWhatIsPromisedIsAGoAndTheSameSeedAsksTheSame() throws Exception {
    Path record = folder.resolve("record.json");
    Path page = folder.resolve("report.html");
    assertEquals(
        ExitCode.TRUE,
        call("--seed", "7", "--out", record.toString(), "--html", page.toString()),
        () -> out + " " + err);
    assertTrue(out.toString().strip().endsWith("GO"), out.toString());
    JsonNode report = new ObjectMapper().readTree(record.toFile());
    assertEquals("go", report.get("verdict").asText());
    assertEquals(7, report.get("seed").asLong());
    JsonNode endpoint = report.at("/endpoints/0");
    assertEquals(4, endpoint.at("/cold/samples").asInt());
    assertEquals(0.0, endpoint.at("/cold/hitRate").asDouble());
    assertEquals(1.0, endpoint.at("/warm/hitRate").asDouble());
    assertEquals(1.5, endpoint.at("/warm/headerP95Ms").asDouble());
    assertEquals(7, endpoint.get("samples").size());
    assertEquals("id-1", endpoint.at("/samples/0/requestId").asText());
    String html = Files.readString(page);
    assertTrue(html.contains("<svg") && html.split("<circle").length == 8, html);
    for (String each : asked) {
      assertTrue(
          each.matches(
              "/overview\\?clientId=w(%20|\\+)1&from=.*&to=.*&parts=core Bearer secret-token"),
          each);
    }
    assertTrue(!out.toString().contains("secret-token") && !html.contains("secret-token"));
    List<String> first = List.copyOf(asked);
    asked.clear();
    cached.clear();
    call("--seed", "7");
    assertEquals(first, asked);
    asked.clear();
    assertEquals(ExitCode.FALSE, call("--seed", "7"), "all of it is in the cache");
    assertTrue(out.toString().contains("take another seed"), out.toString());
    asked.clear();
    cached.clear();
    call("--seed", "8");
    assertTrue(!first.equals(asked));
  }

  @Test
  void whatIsNotAsItMustBeIsANoGoAndSaid() throws Exception {
    for (Trouble each : Trouble.values()) {
      if (each != Trouble.NONE) {
        trouble = each;
        asked.clear();
        cached.clear();
        assertEquals(
            ExitCode.FALSE,
            call("--timeout", each == Trouble.SILENCE || each == Trouble.STALL ? "1" : "10"));
        String said = out.toString();
        assertTrue(said.strip().endsWith("NO-GO"), said);
        String reason =
            switch (each) {
              case ERROR -> "status 500";
              case SILENCE, STALL -> "no answer within 1 s";
              case NO_HEADER -> "no header x-zrg-duration-ms";
              default -> "is above the 2000 ms promised";
            };
        assertTrue(said.contains(reason), each + ": " + said);
      }
    }
  }

  @Test
  void whatIsAskedWronglyIsSaid() throws IOException {
    assertEquals(ExitCode.USAGE, call("--cold", "0"));
    assertEquals(ExitCode.USAGE, call("--cookie", "a=b"));
    assertEquals(ExitCode.USAGE, call("--compare", "live"));
    Files.writeString(folder.resolve("endpoints.yaml"), "endpoints: [{name: a, url: /x}]");
    assertEquals(ExitCode.USAGE, call());
    assertTrue(err.toString().contains("endpoints.yaml lists no endpoints"), err.toString());
  }

  private int call(String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all =
        new ArrayList<>(
            List.of(
                "canary",
                "--base-url",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "--workspace",
                "w 1",
                "--token",
                "file:" + folder.resolve("token"),
                "--endpoints",
                folder.resolve("endpoints.yaml").toString(),
                "--cold",
                "4",
                "--warm",
                "3"));
    // The last of two wins nothing: options that are given twice are refused.
    for (int i = 0; i < more.length; i += 2) {
      int there = all.indexOf(more[i]);
      if (there > 0) {
        all.set(there + 1, more[i + 1]);
      } else {
        all.addAll(List.of(more[i], more[i + 1]));
      }
    }
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(all.toArray(String[]::new));
  }
}
