// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;

/** Carries out remedies as they were printed, and leaves alone what is in words. */
final class PrintedRemedies {
  private static final Pattern IN_CONFIG =
      Pattern.compile("# in daybook\\.yaml: ([a-z.-]+): ([^;\\s]+)$");
  private static final Pattern IN_SERVER = Pattern.compile("#   ([a-z.]+)=(\\S+)");

  private final PreflightSite site;
  private final Map<String, String> serverProperties = new TreeMap<>();
  private final Map<String, String> config = new TreeMap<>();
  private boolean restart;

  PrintedRemedies(PreflightSite site) {
    this.site = site;
  }

  /** Of checks, as their JSON has them. */
  void carryOut(List<JsonNode> checks) throws Exception {
    for (JsonNode check : checks) {
      String remedy = check.get("remedy").asText();
      for (String line : remedy.lines().toList()) {
        switch (check.get("system").asText()) {
          case "source", "target", "sink" -> sql(line);
          case "kafka" -> kafka(line);
          case "redis" -> redis(line);
          default -> {}
        }
      }
    }
    if (restart) {
      site.restartPostgres();
    }
    if (!serverProperties.isEmpty()) {
      site.restartBroker(serverProperties);
    }
    site.configure(config);
  }

  private void sql(String line) throws Exception {
    if (!line.startsWith("--") && !line.startsWith("#")) {
      site.run(line);
      restart |= line.contains("restart Postgres");
    }
  }

  private void kafka(String line) throws Exception {
    Matcher inConfig = IN_CONFIG.matcher(line);
    Matcher inServer = IN_SERVER.matcher(line);
    if (line.startsWith("kafka-")) {
      try (Admin admin = site.admin()) {
        new KafkaTools(admin).run(line);
      }
    } else if (inConfig.matches()) {
      config.put(inConfig.group(1), inConfig.group(2));
    } else if (inServer.matches()) {
      serverProperties.put(inServer.group(1), inServer.group(2));
    }
  }

  private void redis(String line) {
    if (!line.startsWith("#")) {
      site.redis(line);
    }
  }
}
