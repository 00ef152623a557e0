// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.canary;

import io.daybook.schemas.text.Durations;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Asks each endpoint for windows of days that nobody has asked for, then for one window again and
 * again. One request at a time: what is measured is how long an answer takes, not how many there
 * can be.
 */
public final class Canary {
  /** How long a turn of the switch may take to reach a server that others run. */
  private static final Duration SWITCH_HOLDS_AFTER = Duration.ofSeconds(1);

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration SWITCHED_WITHIN = Duration.ofSeconds(5);

  /** After so many the windows begin again. */
  private static final int SERIES = 8;

  private final Settings settings;
  private final HttpClient client;
  private String expectedSource;
  private int order;

  /**
   * What to ask, and how.
   *
   * @param baseUrl before every path
   * @param headers that let us in
   * @param headerPrefix of the headers that tell of an answer
   * @param lastDay of windows that are not shifted
   * @param timeout of one request
   */
  public record Settings(
      URI baseUrl,
      String workspace,
      Map<String, String> headers,
      String headerPrefix,
      List<Endpoint> endpoints,
      int cold,
      int warm,
      long seed,
      LocalDate lastDay,
      Duration timeout) {
    public Settings {
      headers = Map.copyOf(headers);
      endpoints = List.copyOf(endpoints);
    }

    /** Without what lets us in. */
    @Override
    public String toString() {
      return "canary of %s for %s".formatted(baseUrl, workspace);
    }
  }

  public Canary(Settings settings) {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout())
            .build();
  }

  /**
   * Measures.
   *
   * @param series which windows it asks for when they are cold: those of one series are in none of
   *     the next seven, so that what a server has kept of one is no answer to another
   * @param mode that the switch was turned to, and where answers must come from; null where it was
   *     left alone
   * @param progress told each sample
   */
  public CanaryReport run(String mode, int series, Consumer<Sample> progress)
      throws InterruptedException {
    Instant start = Instant.now();
    expectedSource = mode;
    awaitSwitch();
    order = 0;
    Map<Endpoint, List<Sample>> samples = new LinkedHashMap<>();
    settings.endpoints().forEach(each -> samples.put(each, new ArrayList<>()));
    List<Integer> shifts = shifts(series % SERIES);
    for (int i = 0; i < settings.cold(); i++) {
      for (Endpoint each : settings.endpoints()) {
        take(each, Phase.COLD, shifts.get(i), samples.get(each), progress);
      }
    }
    for (Endpoint each : settings.endpoints()) {
      // The first one makes it warm, and is no sample unless something is wrong with it.
      Sample first = ask(each, Phase.WARM, 0);
      if (first.problem() != null) {
        samples.get(each).add(first);
        progress.accept(first);
      }
      for (int i = 0; i < settings.warm(); i++) {
        take(each, Phase.WARM, 0, samples.get(each), progress);
      }
    }
    List<EndpointResult> results =
        samples.entrySet().stream()
            .map(
                each ->
                    EndpointResult.of(
                        each.getKey(), settings.cold(), settings.warm(), each.getValue()))
            .toList();
    boolean go = results.stream().allMatch(each -> each.verdict().equals(EndpointResult.GO));
    return new CanaryReport(
        settings.baseUrl().toString(),
        settings.workspace(),
        mode,
        settings.seed(),
        series,
        settings.lastDay(),
        settings.timeout().toMillis(),
        start,
        Instant.now(),
        go && !results.isEmpty() ? EndpointResult.GO : EndpointResult.NO_GO,
        results);
  }

  /**
   * Until each answers from where it must; one that does not is seen in its samples. What a server
   * has kept from before the turn is given for a second at most.
   */
  private void awaitSwitch() throws InterruptedException {
    if (expectedSource != null) {
      Thread.sleep(SWITCH_HOLDS_AFTER.toMillis());
    }
    long deadline = System.nanoTime() + SWITCHED_WITHIN.toNanos();
    for (Endpoint each : expectedSource == null ? List.<Endpoint>of() : settings.endpoints()) {
      while (ask(each, Phase.WARM, 0).problem() != null && System.nanoTime() < deadline) {
        Thread.sleep(LOOK_EVERY.toMillis());
      }
    }
  }

  /** How many days back each cold window is: no two are the same, and none is the warm one. */
  private List<Integer> shifts(int series) {
    int cold = settings.cold();
    List<Integer> all = new ArrayList<>(IntStream.rangeClosed(1, cold * SERIES).boxed().toList());
    Collections.shuffle(all, new Random(settings.seed()));
    return all.subList(series * cold, (series + 1) * cold);
  }

  private void take(
      Endpoint endpoint, Phase phase, int shift, List<Sample> into, Consumer<Sample> progress)
      throws InterruptedException {
    Sample sample = ask(endpoint, phase, shift);
    into.add(sample);
    progress.accept(sample);
  }

  private Sample ask(Endpoint endpoint, Phase phase, int shift) throws InterruptedException {
    LocalDate to = settings.lastDay().minusDays(shift);
    LocalDate from = to.minusDays(endpoint.days() - 1L);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(endpoint, from, to)).GET();
    settings.headers().forEach(request::header);
    order++;
    long start = System.nanoTime();
    try {
      HttpResponse<byte[]> response = Exchange.send(client, request.build(), settings.timeout());
      return sample(phase, from, to, response, wallMs(start));
    } catch (HttpTimeoutException e) {
      return failed(
          phase, from, to, wallMs(start), "no answer within " + Durations.text(settings.timeout()));
    } catch (IOException e) {
      return failed(phase, from, to, wallMs(start), "no answer: " + e);
    }
  }

  private static double wallMs(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private Sample failed(Phase phase, LocalDate from, LocalDate to, double wallMs, String problem) {
    return new Sample(order, phase, from, to, 0, null, null, null, wallMs, null, problem);
  }

  private Sample sample(
      Phase phase, LocalDate from, LocalDate to, HttpResponse<byte[]> response, double wallMs) {
    String cache = told(response, "cache");
    Double headerMs = number(told(response, "duration-ms"));
    String source = told(response, "read-source");
    String requestId = response.headers().firstValue("x-request-id").orElse(null);
    String problem = problem(response.statusCode(), cache, headerMs, requestId);
    if (problem == null && expectedSource != null && !expectedSource.equals(source)) {
      problem = "answered from %s, with the mode %s".formatted(source, expectedSource);
    }
    return new Sample(
        order,
        phase,
        from,
        to,
        response.statusCode(),
        cache,
        source,
        headerMs,
        wallMs,
        requestId,
        problem);
  }

  private String problem(int status, String cache, Double headerMs, String requestId) {
    if (status != 200) {
      return "status " + status;
    }
    List<String> missing = new ArrayList<>();
    if (cache == null) {
      missing.add(settings.headerPrefix() + "cache");
    }
    if (headerMs == null) {
      missing.add(settings.headerPrefix() + "duration-ms");
    }
    if (requestId == null) {
      missing.add("x-request-id");
    }
    return missing.isEmpty() ? null : "no header " + String.join(", ", missing);
  }

  private String told(HttpResponse<?> response, String name) {
    return response.headers().firstValue(settings.headerPrefix() + name).orElse(null);
  }

  private static Double number(String text) {
    return text != null && text.matches("\\d{1,9}(\\.\\d+)?") ? Double.valueOf(text) : null;
  }

  private URI uri(Endpoint endpoint, LocalDate from, LocalDate to) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put(endpoint.workspace(), settings.workspace());
    parameters.put(endpoint.from(), from.toString());
    parameters.put(endpoint.to(), to.toString());
    parameters.putAll(endpoint.more());
    StringBuilder text = new StringBuilder(settings.baseUrl().toString().replaceAll("/$", ""));
    text.append(endpoint.path());
    char before = endpoint.path().contains("?") ? '&' : '?';
    for (Map.Entry<String, String> each : parameters.entrySet()) {
      text.append(before)
          .append(encoded(each.getKey()))
          .append('=')
          .append(encoded(each.getValue()));
      before = '&';
    }
    return URI.create(text.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
