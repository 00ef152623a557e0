// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.schemas.catalogue.Catalogue;
import io.daybook.schemas.definition.Binder;
import io.daybook.schemas.definition.Definition;
import io.daybook.schemas.definition.Rollup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A generation's definition as it travels in {@link Topics#definitions()}: the user's texts with
 * what Postgres said about them, so that {@code aggregate} and {@code sink} run without access to
 * the source.
 *
 * @param fromEpoch as in {@link Rollup}
 * @param fromLoads likewise; a record of a version that knew none has none
 * @param frozen whether it is kept as it is: its topics and rows stay, and nothing adds to them
 * @param frozenAt what had been captured of its tables by then; null of one that is at work, and in
 *     records of a version that did not say
 */
public record DefinitionRecord(
    String rollup,
    int generation,
    Map<String, String> texts,
    Catalogue catalogue,
    int fromEpoch,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Integer> fromLoads,
    boolean frozen,
    @JsonInclude(JsonInclude.Include.NON_NULL) Captured frozenAt) {

  /**
   * How far capture has come.
   *
   * @param loads the last one that has begun of each table, in this epoch
   */
  public record Captured(int epoch, Map<String, Integer> loads) {
    public Captured {
      loads = Map.copyOf(loads);
    }
  }

  /** What a later version has added is passed over. */
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  public DefinitionRecord {
    fromLoads = fromLoads == null ? Map.of() : Map.copyOf(fromLoads);
  }

  /** One that is at work. */
  public DefinitionRecord(
      String rollup,
      int generation,
      Map<String, String> texts,
      Catalogue catalogue,
      int fromEpoch) {
    this(rollup, generation, texts, catalogue, fromEpoch, Map.of(), false, null);
  }

  public Rollup bind() {
    return Binder.bind(Definition.parse(rollup, rollup, texts), catalogue, generation)
        .from(fromEpoch, fromLoads);
  }

  /** {@link Definition#hash}. */
  public String hash() {
    return Definition.parse(rollup, rollup, texts).hash();
  }

  /** The same from another epoch on. */
  public DefinitionRecord from(int epoch) {
    return from(epoch, Map.of());
  }

  /** The same from another epoch on, and from other loads in it. */
  public DefinitionRecord from(int epoch, Map<String, Integer> loads) {
    return new DefinitionRecord(
        rollup, generation, texts, catalogue, epoch, loads, frozen, frozenAt);
  }

  /** The same as another generation, at work. */
  public DefinitionRecord as(int number) {
    return new DefinitionRecord(
        rollup, number, texts, catalogue, fromEpoch, fromLoads, false, null);
  }

  /** The same, kept as it is from there on. */
  public DefinitionRecord frozenAt(Captured captured) {
    return new DefinitionRecord(
        rollup, generation, texts, catalogue, fromEpoch, fromLoads, true, captured);
  }

  /** The same, at work again. */
  public DefinitionRecord thawed() {
    return as(generation);
  }

  public byte[] key() {
    return key(rollup, generation);
  }

  /** The key under which a generation's definition stands. */
  static byte[] key(String rollup, int generation) {
    return (rollup + "/g" + generation).getBytes(StandardCharsets.UTF_8);
  }

  public byte[] value() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static DefinitionRecord read(byte[] value) {
    try {
      return JSON.readValue(value, DefinitionRecord.class);
    } catch (IOException e) {
      throw new UncheckedIOException("A definition record that cannot be read", e);
    }
  }
}
