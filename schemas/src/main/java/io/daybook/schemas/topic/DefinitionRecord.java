// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.topic;

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
 * @param frozen whether it is kept as it is: its topics and rows stay, and nothing adds to them
 */
public record DefinitionRecord(
    String rollup,
    int generation,
    Map<String, String> texts,
    Catalogue catalogue,
    int fromEpoch,
    boolean frozen) {
  /** What a later version has added is passed over. */
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** One that is at work. */
  public DefinitionRecord(
      String rollup,
      int generation,
      Map<String, String> texts,
      Catalogue catalogue,
      int fromEpoch) {
    this(rollup, generation, texts, catalogue, fromEpoch, false);
  }

  public Rollup bind() {
    return Binder.bind(Definition.parse(rollup, rollup, texts), catalogue, generation)
        .from(fromEpoch);
  }

  /** {@link Definition#hash}. */
  public String hash() {
    return Definition.parse(rollup, rollup, texts).hash();
  }

  /** The same from another epoch on. */
  public DefinitionRecord from(int epoch) {
    return new DefinitionRecord(rollup, generation, texts, catalogue, epoch, frozen);
  }

  /** The same as another generation, at work. */
  public DefinitionRecord as(int number) {
    return new DefinitionRecord(rollup, number, texts, catalogue, fromEpoch);
  }

  /** The same, kept as it is or at work again. */
  public DefinitionRecord frozen(boolean kept) {
    return new DefinitionRecord(rollup, generation, texts, catalogue, fromEpoch, kept);
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
