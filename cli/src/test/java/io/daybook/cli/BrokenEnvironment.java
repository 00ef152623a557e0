// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * An environment of {@code preflight/environments.yaml}, which says what the fields mean.
 *
 * @param verify whether the rollups are compared in the end, too
 */
record BrokenEnvironment(
    String name,
    boolean migrated,
    String sql,
    List<String> redis,
    String kafka,
    Map<String, String> broker,
    String postgres,
    Map<String, Map<String, String>> topics,
    Map<String, String> config,
    Map<String, String> definitions,
    int exit,
    boolean verify,
    List<Expected> expect,
    Mend mend) {

  /** A check that does not come out well. */
  record Expected(String at, String outcome, String says) {
    String outcomeOrBlocks() {
      return outcome == null ? "blocks" : outcome;
    }
  }

  /**
   * What a person does where a remedy is in words.
   *
   * @param definitions a map of files, or {@code working}
   */
  record Mend(Map<String, String> config, Object definitions) {}

  static List<BrokenEnvironment> all() throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    yaml.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    try (InputStream file =
        BrokenEnvironment.class.getResourceAsStream("/preflight/environments.yaml")) {
      return yaml.readValue(file, new TypeReference<>() {});
    }
  }
}
