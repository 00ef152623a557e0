// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What exactly is asked for.
 *
 * @param rollups none for all; {@code refresh} takes one
 * @param workspaces of a refresh; none for all
 * @param from the first day of a refresh or verification; null for all days
 * @param to the last day of a refresh; null for all later ones
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Request(List<String> rollups, List<String> workspaces, String from, String to) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public Request {
    rollups = each(rollups);
    workspaces = each(workspaces);
  }

  /** Each once; none may be null. */
  private static List<String> each(List<String> names) {
    return names == null ? List.of() : List.copyOf(names).stream().distinct().toList();
  }

  /**
   * Reads the body of a request.
   *
   * @throws IllegalArgumentException where it does not fit what is asked for
   */
  public static Request parse(Kind kind, String body) {
    Request request;
    try {
      request = JSON.readValue(body.isBlank() ? "{}" : body, Request.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "the body should be {\"rollups\": […], \"workspaces\": […], \"from\": …, \"to\": …}: "
              + e.getOriginalMessage(),
          e);
    } catch (NullPointerException e) {
      throw new IllegalArgumentException("a list of the body has a null in it", e);
    }
    if (request == null) {
      throw new IllegalArgumentException("the body is null");
    }
    request.requireFits(kind);
    return request;
  }

  private void requireFits(Kind kind) {
    for (String each : workspaces) {
      if (each.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(each)) {
        throw new IllegalArgumentException("a workspace has what no text of Postgres can have");
      }
    }
    if (kind == Kind.REFRESH && rollups.size() != 1) {
      throw new IllegalArgumentException(
          "refresh takes one rollup, as {\"rollups\": [\"orders\"]}");
    }
    if (kind != Kind.REFRESH && (!workspaces.isEmpty() || to != null)) {
      throw new IllegalArgumentException("only refresh takes workspaces and a last day");
    }
    if ((kind == Kind.RECOMPUTE || kind == Kind.SCHEDULE) && from != null) {
      throw new IllegalArgumentException(kind.text() + " takes no days");
    }
    if (kind == Kind.SCHEDULE && !rollups.isEmpty()) {
      throw new IllegalArgumentException("schedule looks at all rollups");
    }
    requireDay(from);
    requireDay(to);
    if (from != null && to != null && day(from) > day(to)) {
      throw new IllegalArgumentException("from %s comes after to %s".formatted(from, to));
    }
  }

  private static void requireDay(String text) {
    if (text != null && !text.matches("-?infinity|\\d{4,7}-\\d{2}-\\d{2}( BC)?")) {
      throw new IllegalArgumentException("'" + text + "' should be a day like 2026-01-31");
    }
    if (text != null) {
      day(text);
    }
  }

  private static int day(String text) {
    try {
      return (Integer) SqlText.parse(SqlType.DATE, text);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("'" + text + "' should be a day like 2026-01-31", e);
    }
  }

  /** As it is kept; the same text for the same request. */
  public String write() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@link #write} wrote. */
  public static Request read(String json) {
    try {
      return JSON.readValue(json, Request.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("A request that cannot be read", e);
    }
  }
}
