// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.schemas.catalogue.SqlText;
import io.daybook.schemas.catalogue.SqlType;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Which rows of a rollup are to be sent again: those of some workspaces and days, or those with
 * just these keys.
 *
 * @param workspaces none for all
 * @param from the first day, as Postgres prints it
 * @param to the last day
 * @param keys columns of each as Postgres prints them, numerics without trailing zeros; none where
 *     workspaces and days say it
 */
public record RefreshScope(
    List<String> workspaces, String from, String to, List<List<String>> keys) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public RefreshScope {
    workspaces = List.copyOf(workspaces);
  }

  /** All days of these workspaces, of all where there is none. */
  public static RefreshScope of(List<String> workspaces) {
    return new RefreshScope(workspaces, "-infinity", "infinity", List.of());
  }

  /** Just these keys. */
  public static RefreshScope ofKeys(List<List<String>> keys) {
    return new RefreshScope(List.of(), "-infinity", "infinity", keys);
  }

  /** Whether keys say which rows are meant. */
  public boolean byKeys() {
    return !keys.isEmpty();
  }

  /** The first day, as {@link SqlType.Kind#DATE} holds it. */
  public int firstDay() {
    return (Integer) SqlText.parse(SqlType.DATE, from);
  }

  /** The last day. */
  public int lastDay() {
    return (Integer) SqlText.parse(SqlType.DATE, to);
  }

  /** As JSON. */
  public String write() {
    try {
      return JSON.writeValueAsString(new Json(workspaces, from, to, keys));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From JSON. */
  public static RefreshScope read(String json) {
    try {
      Json read = JSON.readValue(json, Json.class);
      return new RefreshScope(read.workspaces, read.from, read.to, read.keys);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("The scope of a refresh that cannot be read", e);
    }
  }

  private record Json(List<String> workspaces, String from, String to, List<List<String>> keys) {}
}
