// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference page says what the code does. */
class ConfigReferenceTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "configuration.md");

  @TempDir Path folder;

  @Test
  void thePageIsNotStale() throws IOException {
    if ("write".equals(System.getProperty("daybook.golden"))) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, ConfigReference.page());
    }
    assertEquals(
        Files.readString(PAGE),
        ConfigReference.page(),
        "The page is stale: run this test with -Ddaybook.golden=write");
  }

  @Test
  void itsExampleIsAConfiguration() throws IOException {
    Matcher block = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(ConfigReference.page());
    assertTrue(block.find());
    String yaml = block.group(1);
    for (String secret : new String[] {"/run/secrets/target-uri", "/run/secrets/kafka-jaas"}) {
      Path file = folder.resolve(Path.of(secret).getFileName());
      Files.writeString(file, "postgresql://daybook@db/app");
      assertTrue(yaml.contains(secret), yaml);
      yaml = yaml.replace(secret, file.toString());
    }
    Path file = Files.writeString(folder.resolve("daybook.yaml"), yaml);
    Config config = ConfigReader.read(file, Map.of());
    assertEquals("rediss", config.redis().getScheme());
    assertEquals("SASL_SSL", config.kafka().get("security.protocol"));
    assertTrue(config.source().jdbcUrl().contains("sslmode=verify-full"));
  }
}
