// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param told headers that tell of an answer, without their prefix
 */
record Reply(
    int status, String type, byte[] body, Map<String, String> headers, Map<String, String> told) {
  static final String JSON = "application/json";

  static Reply json(int status, String body) {
    return new Reply(
        status,
        JSON,
        body.getBytes(StandardCharsets.UTF_8),
        new LinkedHashMap<>(),
        new LinkedHashMap<>());
  }

  /** The same with another body. */
  Reply notModified() {
    return new Reply(304, type, new byte[0], headers, told);
  }
}
