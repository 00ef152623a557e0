// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.Await;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Readers of the API at a steady rate, each a thread: what they were told is compared with what the
 * counters were.
 */
final class HttpReaders implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int READS_OF_EACH = 20;

  private final Counters counters;
  private final String base;
  private final String token;
  private final Duration limit;
  private final Duration every;
  private final int readers;
  private final boolean mayBeBusy;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<Read> reads = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
  private volatile Instant lastHit = Instant.MIN;
  private volatile boolean closed;

  /**
   * One read.
   *
   * @param source null where there was no answer
   */
  record Read(
      Instant sent, Instant arrived, int status, String source, boolean hit, Duration age) {}

  /**
   * @param rate of all readers together, a second
   * @param limit that no answer from a rollup may be older than
   * @param mayBeBusy whether they ask for more live answers than there can be: 503 is one, then
   */
  HttpReaders(
      Counters counters, int port, String token, int rate, Duration limit, boolean mayBeBusy) {
    this.mayBeBusy = mayBeBusy;
    this.counters = counters;
    this.base = "http://127.0.0.1:" + port + "/api/rollups/workspace_daily?group=total";
    this.token = token;
    this.limit = limit;
    this.readers = rate / READS_OF_EACH;
    this.every = Duration.ofSeconds(1).dividedBy(READS_OF_EACH);
  }

  /** Comes back when the API answers. */
  static void awaitApi(int port) throws Exception {
    URI document = URI.create("http://127.0.0.1:" + port + "/openapi.yaml");
    Await.until(
        Duration.ofSeconds(60),
        "the API",
        () -> {
          HttpURLConnection connection = (HttpURLConnection) document.toURL().openConnection();
          try {
            return connection.getResponseCode() == 200;
          } catch (IOException e) {
            return false;
          }
        });
  }

  void start(long seed) {
    for (int i = 0; i < readers; i++) {
      long own = seed + i;
      Thread thread = new Thread(() -> run(new Random(own)), "reader-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  private void run(Random random) {
    Map<Integer, Instant> seen = new TreeMap<>();
    long due = System.nanoTime() + random.nextInt((int) every.toNanos());
    try {
      while (!closed) {
        long wait = due - System.nanoTime();
        if (wait > 0) {
          Await.pass(Duration.ofNanos(wait));
        }
        due += every.toNanos();
        read(random.nextInt(counters.keys()), seen);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read(int key, Map<Integer, Instant> seen) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "%s&measures=messages_inbound&workspace=%s&from=%s&to=%s"
                        .formatted(
                            base, counters.workspace(key), Counters.FIRST_DAY, Counters.LAST_DAY)))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(30))
            .build();
    Instant sent = Instant.now();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      Instant arrived = Instant.now();
      if (response.statusCode() != 200) {
        reads.add(new Read(sent, arrived, response.statusCode(), null, false, null));
        if (mayBeBusy && response.statusCode() == 503 && response.body().contains("\"BUSY\"")) {
          return;
        }
        complain("%d at %s: %s".formatted(response.statusCode(), sent, response.body()));
        return;
      }
      boolean hit = response.headers().firstValue("x-zrg-cache").orElse("").equals("hit");
      JsonNode body = JSON.readTree(response.body());
      check(key, sent, arrived, hit, body, seen);
    } catch (IOException e) {
      reads.add(new Read(sent, Instant.now(), 0, null, false, null));
      complain("no answer at %s: %s".formatted(sent, e));
    }
  }

  private void check(
      int key,
      Instant sent,
      Instant arrived,
      boolean hit,
      JsonNode body,
      Map<Integer, Instant> seen) {
    Instant asOf = Instant.parse(body.get("as_of").asText());
    String source = body.get("served_from").asText();
    Duration age = Duration.between(asOf, sent);
    reads.add(new Read(sent, arrived, 200, source, hit, age));
    if (hit) {
      lastHit = sent;
    }
    long value = body.at("/rows/0/messages_inbound").asLong();
    long least = counters.least(key, asOf);
    long most = counters.most(key, arrived);
    if (value < least || value > most) {
      complain(
          "%s at %s is %d, and was %d to %d: %s"
              .formatted(counters.workspace(key), sent, value, least, most, body));
    }
    if (age.compareTo(limit) > 0) {
      complain("an answer at %s was %s old: %s".formatted(sent, age, body));
    }
    if (!body.get("complete_through").isNull()) {
      Instant through = Instant.parse(body.get("complete_through").asText());
      Instant before = seen.put(key, through);
      if (before != null && through.isBefore(before)) {
        complain(
            "%s went back from %s to %s at %s: %s"
                .formatted(counters.workspace(key), before, through, sent, body));
      }
    }
  }

  private void complain(String what) {
    if (complaints.size() < 100) {
      complaints.add(what);
    }
  }

  List<Read> reads() {
    return List.copyOf(reads);
  }

  /** When the last read was sent that was answered from the cache. */
  Instant lastHit() {
    return lastHit;
  }

  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    for (Thread each : threads) {
      each.join();
    }
  }
}
