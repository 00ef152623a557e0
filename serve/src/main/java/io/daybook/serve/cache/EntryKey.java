// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.cache;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What an answer is kept under, but for the version: {@code
 * user:workspace:endpoint:params:v<version>:c<control>} after the prefix.
 *
 * @param user who asked
 * @param endpoint and its parameters, the same for the same question
 * @param control the version of the switch
 */
public record EntryKey(
    String user, String workspace, String endpoint, String params, long control) {

  /** What stands before the version. */
  String head() {
    return "%s:%s:%s:%s:v".formatted(user(user), part(workspace), part(endpoint), part(params));
  }

  /** What stands after it. */
  String tail() {
    return ":c" + control;
  }

  /** The same question of the same user, whatever the versions. */
  String question() {
    return "%s:%s:%s:%s".formatted(user(user), part(workspace), part(endpoint), part(params));
  }

  /** No user may have a name that makes an answer's key one of a version's. */
  private static String user(String name) {
    String part = part(name);
    return part.equals("ver") ? "%76er" : part;
  }

  private static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
