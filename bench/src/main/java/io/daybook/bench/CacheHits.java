// SPDX-License-Identifier: Apache-2.0
package io.daybook.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.dev.LiveLoad;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How often the cache has an answer, and how old answers are, by the least time between two
 * increments of a version: the largest workspaces are read over HTTP while the sample load changes
 * them. With no such time each batch of the sink that has changed a workspace increments it.
 */
final class CacheHits implements Scenario {
  private static final int ROWS_PER_SECOND = 250;
  private static final int READERS = 8;
  private static final long EVERY_MS = 80;
  private static final int WORKSPACES = 20;
  private static final int DAYS = 30;
  private static final List<String> INTERVALS = List.of("0ms", "1s", "5s");

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** One read: whether it was a hit, and how old the answer was on arrival. */
  private record Read(boolean hit, double ageMs, double tookMs) {}

  @Override
  public String number() {
    return "17";
  }

  @Override
  public String title() {
    return "cache: hits and age of answers by the least time between two increments";
  }

  @Override
  public List<Result> run(Size size, Consumer<String> say) throws Exception {
    say.accept("loading the sample, scale " + size.scale());
    try (Site site = Site.start(size.scale(), List.of("workspace_daily"))) {
      site.verify();
      List<String> workspaces = site.workspaces().subList(0, WORKSPACES);
      Result baseline = null;
      List<Result> results = new ArrayList<>();
      for (String interval : INTERVALS) {
        site.restart(Map.of("cache.bump-interval", interval));
        Map<String, Double> figures = measured(site, workspaces, size.steady());
        say.accept("%s: %s".formatted(interval, figures));
        Result result = Result.of("17-cache-" + interval, List.of(figures));
        baseline = baseline == null ? result : baseline;
        results.add(result == baseline ? result : result.against(baseline, "hits %"));
      }
      site.verify();
      return results;
    }
  }

  private Map<String, Double> measured(Site site, List<String> workspaces, Duration time)
      throws Exception {
    String token = site.token();
    LiveLoad.Settings settings = LiveLoad.Settings.defaults(1).withRate(ROWS_PER_SECOND);
    ExecutorService threads = Executors.newFixedThreadPool(READERS);
    List<Read> all = new ArrayList<>();
    try (LiveLoad load = LiveLoad.start(site.source(), settings)) {
      List<Future<List<Read>>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(threads.submit(reader(site.http(), token, workspaces, i, time)));
      }
      for (Future<List<Read>> each : readers) {
        all.addAll(each.get());
      }
      load.failure()
          .ifPresent(
              failure -> {
                throw new IllegalStateException("the load has failed", failure);
              });
    } finally {
      threads.shutdownNow();
    }
    List<Double> ages = all.stream().map(Read::ageMs).sorted().toList();
    List<Double> took = all.stream().map(Read::tookMs).sorted().toList();
    double hits = all.stream().filter(Read::hit).count();
    return Figures.of(
        "hits %",
        100 * hits / all.size(),
        "age p50 ms",
        percentile(ages, 50),
        "age p99 ms",
        percentile(ages, 99),
        "took p50 ms",
        percentile(took, 50),
        "took p99 ms",
        percentile(took, 99),
        "reads",
        all.size());
  }

  private static double percentile(List<Double> sorted, int percent) {
    return sorted.get((int) Math.ceil(percent / 100.0 * sorted.size()) - 1);
  }

  private Callable<List<Read>> reader(
      String base, String token, List<String> workspaces, int seed, Duration time) {
    return () -> {
      Random random = new Random(seed);
      List<String> own = new ArrayList<>(workspaces);
      Collections.shuffle(own, random);
      List<Read> reads = new ArrayList<>();
      long began = System.nanoTime();
      for (long due = began; due - began < time.toNanos(); due += EVERY_MS * 1_000_000) {
        long wait = due - System.nanoTime();
        if (wait > 0) {
          TimeUnit.NANOSECONDS.sleep(wait);
        }
        reads.add(read(base, token, own.get(random.nextInt(own.size()))));
      }
      return reads;
    };
  }

  private Read read(String base, String token, String workspace)
      throws IOException, InterruptedException {
    LocalDate to = LocalDate.now(ZoneOffset.UTC);
    URI uri =
        URI.create(
            "%s/api/rollups/workspace_daily?group=total&workspace=%s&from=%s&to=%s"
                .formatted(base, workspace, to.minusDays(DAYS - 1L), to));
    long began = System.nanoTime();
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token).build(),
            HttpResponse.BodyHandlers.ofString());
    Instant arrived = Instant.now();
    double tookMs = (System.nanoTime() - began) / 1e6;
    JsonNode body = json.readTree(response.body());
    if (response.statusCode() != 200 || !body.get("served_from").asText().equals("rollup")) {
      throw new IllegalStateException("an answer was not from the rollup: " + response.body());
    }
    Duration age = Duration.between(Instant.parse(body.get("as_of").asText()), arrived);
    return new Read(
        response.headers().firstValue("x-zrg-cache").orElse("").equals("hit"),
        age.toNanos() / 1e6,
        tookMs);
  }
}
