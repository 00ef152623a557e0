// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The variables of the environment that begin with {@code DAYBOOK_}. */
final class Environment {
  private static final String OURS = "DAYBOOK_";

  /** What the launcher and {@code dev} take, or tell others. */
  private static final Pattern OF_THE_LAUNCHER = Pattern.compile("DAYBOOK_(JAVA_OPTS|DEV_.*)");

  /** What Kubernetes gives every container about a service called daybook or daybook-something. */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile(
          "DAYBOOK_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT"
              + "|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

  private Environment() {}

  /** Adds the values by their keys, over what is there, and what is wrong with them. */
  static void read(
      Map<String, String> environment, Map<String, String> values, List<String> problems) {
    new TreeMap<>(environment)
        .forEach(
            (variable, value) -> {
              if (isOurs(variable)) {
                key(variable)
                    .ifPresentOrElse(
                        key -> values.put(key, value), () -> problems.add(unknown(variable)));
              }
            });
  }

  private static boolean isOurs(String variable) {
    return variable.startsWith(OURS)
        && !OF_THE_LAUNCHER.matcher(variable).matches()
        && !OF_KUBERNETES.matcher(variable).matches();
  }

  private static Optional<String> key(String variable) {
    for (Setting setting : Setting.values()) {
      if (setting.variable().equals(variable)) {
        return Optional.of(setting.key());
      }
    }
    for (PassThrough each : PassThrough.values()) {
      String start = each.variablePrefix();
      if (variable.length() > start.length() && variable.startsWith(start)) {
        String property = variable.substring(start.length());
        return Optional.of(each.prefix() + property.toLowerCase(Locale.ROOT).replace('_', '.'));
      }
    }
    return Optional.empty();
  }

  private static String unknown(String variable) {
    List<String> known =
        Stream.concat(
                Arrays.stream(Setting.values()).map(Setting::variable),
                Stream.of(OURS + "JAVA_OPTS"))
            .toList();
    return "the environment variable '%s' is not known; the nearest is '%s'"
        .formatted(variable, Nearest.to(variable, known));
  }
}
