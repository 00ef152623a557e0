// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.daybook.serve.canary.Endpoint;
import io.daybook.serve.canary.Exchange;
import io.daybook.serve.canary.Slo;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a canary asks: the endpoints of a file, or every rollup that an API has. */
final class CanaryEndpoints {
  private static final int DAYS = 30;

  private CanaryEndpoints() {}

  /** The file. */
  private record Listed(@JsonProperty(required = true) List<One> endpoints) {}

  /** An endpoint in it. */
  private record One(
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) String path,
      String workspace,
      String from,
      String to,
      Integer days,
      Map<String, String> parameters,
      Promised slo) {}

  /** Milliseconds. */
  private record Promised(Double coldMs, Double warmMs) {}

  /**
   * Those of a YAML file.
   *
   * @throws IllegalArgumentException where it is not as it must be
   */
  static List<Endpoint> read(Path file) throws IOException {
    Listed listed;
    try {
      listed =
          new YAMLMapper()
              .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .readValue(Files.readString(file), Listed.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s lists no endpoints as docs/canary.md has them: %s"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
    if (listed == null || listed.endpoints() == null || listed.endpoints().isEmpty()) {
      throw new IllegalArgumentException(file + " lists no endpoints");
    }
    return listed.endpoints().stream().map(CanaryEndpoints::of).toList();
  }

  private static Endpoint of(One one) {
    if (one == null || one.name() == null || one.path() == null) {
      throw new IllegalArgumentException("An endpoint needs a name and a path");
    }
    if (!one.path().startsWith("/")) {
      throw new IllegalArgumentException(
          "The path of '%s' is '%s'; it should begin with /".formatted(one.name(), one.path()));
    }
    if (one.days() != null && one.days() < 1) {
      throw new IllegalArgumentException(
          "The days of '%s' are %d; they go from 1 on".formatted(one.name(), one.days()));
    }
    return new Endpoint(
        one.name(),
        one.path(),
        or(one.workspace(), "workspace"),
        or(one.from(), "from"),
        or(one.to(), "to"),
        one.days() == null ? DAYS : one.days(),
        one.parameters() == null ? Map.of() : one.parameters(),
        slo(one.slo()));
  }

  private static Slo slo(Promised promised) {
    if (promised == null) {
      return Slo.USUAL;
    }
    return new Slo(
        promised.coldMs() == null ? Slo.USUAL.cold() : millis(promised.coldMs()),
        promised.warmMs() == null ? Slo.USUAL.warm() : millis(promised.warmMs()));
  }

  private static Duration millis(double millis) {
    return Duration.ofNanos(Math.round(millis * 1e6));
  }

  private static String or(String text, String other) {
    return text == null ? other : text;
  }

  /**
   * Every rollup of an API.
   *
   * @param only this one; null for all
   * @throws IllegalArgumentException where it does not list any
   */
  static List<Endpoint> ofApi(URI base, Map<String, String> headers, Duration timeout, String only)
      throws IOException, InterruptedException {
    URI list = URI.create(base.toString().replaceAll("/$", "") + "/api/rollups");
    HttpRequest.Builder request = HttpRequest.newBuilder(list);
    headers.forEach(request::header);
    HttpResponse<byte[]> response =
        Exchange.send(HttpClient.newHttpClient(), request.build(), timeout);
    if (response.statusCode() != 200) {
      throw new IllegalArgumentException(
          "%s answers %d: see that it reads and that the token is good, or give --endpoints"
              .formatted(list, response.statusCode()));
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (JsonNode each : new ObjectMapper().readTree(response.body()).path("rollups")) {
      String name = each.get("name").asText();
      if (only != null && !only.equals(name)) {
        continue;
      }
      String path =
          "/api/rollups/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
      endpoints.add(new Endpoint(name, path, "workspace", "from", "to", DAYS, Map.of(), Slo.USUAL));
    }
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          list + " lists no rollup" + (only == null ? "" : " '" + only + "'"));
    }
    return endpoints;
  }
}
