// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.config;

import static java.util.stream.Collectors.joining;

/** Writes the reference page of the configuration from the settings themselves. */
public final class ConfigReference {
  private static final String TOP =
      """
      <!-- SPDX-License-Identifier: Apache-2.0 -->
      <!-- Made from the code; a test fails when it is stale and says how to write it anew. -->
      # Configuration

      One file, `daybook.yaml` in the working directory or the one that `--config` names. Keys are
      written with dots or nested. All problems are reported at once, before anything starts; a key
      that is not known is refused, with the nearest one that is.

      Every key may come from the environment instead, which goes before the file. A variable that
      begins with `DAYBOOK_` and is not known is refused too, except for `DAYBOOK_JAVA_OPTS` (of
      the launcher), `DAYBOOK_DEV_…` (of `dev`) and those that Kubernetes gives each container for
      a service of that name.

      ```yaml
      source.uri: "postgresql://daybook_source@db:5432/app?sslmode=verify-full&sslrootcert=/etc/ca.pem"
      target:
        uri: "file:/run/secrets/target-uri"
      kafka.bootstrap-servers: "kafka-1:9093,kafka-2:9093"
      kafka.security.protocol: SASL_SSL
      kafka.sasl.mechanism: SCRAM-SHA-512
      kafka.sasl.jaas.config: "file:/run/secrets/kafka-jaas"
      redis.uri: "rediss://daybook:secret@redis:6379"
      rollups: my-rollups
      freshness.limit: 2m
      ```

      ## Keys

      """;

  private static final String SECRETS =
      """

      ## Secrets

      A value `file:/path` is read from that file, without blanks and line ends around it; this
      holds for every key, in the file and in the environment. Passwords are never printed and
      never logged, and messages about a value that came from a file do not repeat it.

      ## TLS and passwords

      **Postgres.** Parameters of the URI are those of the JDBC driver (pgjdbc): `sslmode`
      (`require`, `verify-ca`, `verify-full`), `sslrootcert`, `sslcert`, `sslkey`, `sslpassword`,
      `channelBinding`, `connectTimeout`, `options` and so on. They hold for every connection, the
      replication connection of Debezium among them. A parameter that the driver does not know is
      refused, since a typo in `sslmode` would otherwise turn it off in silence. `%XX` stands for a
      special character of user or password.

      **Kafka.** Everything under `kafka.` reaches every client: `security.protocol`,
      `sasl.mechanism`, `sasl.jaas.config`, `ssl.truststore.location`, `ssl.truststore.certificates`
      and so on.

      **Redis.** User and password stand in the URI; `rediss://` speaks TLS and checks the server's
      name. A certificate authority of your own goes into the trust store of the JVM:
      `DAYBOOK_JAVA_OPTS=-Djavax.net.ssl.trustStore=/etc/daybook/trust.p12`.

      ## Passed through

      """;

  private ConfigReference() {}

  /** The whole page as Markdown. */
  public static String page() {
    StringBuilder page = new StringBuilder(TOP);
    page.append("| key | takes | default | meaning |\n|---|---|---|---|\n");
    for (Setting each : Setting.values()) {
      page.append(
          "| `%s`<br>`%s` | %s | %s | %s |\n"
              .formatted(
                  each.key(), each.variable(), each.takes(), fallback(each), each.meaning()));
    }
    page.append(SECRETS);
    page.append("| keys | go | set by Daybook itself, and refused here |\n|---|---|---|\n");
    for (PassThrough each : PassThrough.values()) {
      page.append(
          "| `%s*`<br>`%s*` | %s | %s |\n"
              .formatted(
                  each.prefix(),
                  each.variablePrefix(),
                  each.goes(),
                  each.own().stream().map(name -> "`" + name + "`").collect(joining(" "))));
    }
    page.append(
        """

        In a variable's name `_` stands for the dot: `DAYBOOK_KAFKA_SECURITY_PROTOCOL` is
        `kafka.security.protocol`.

        A key that is nearly one that Kafka's clients, Kafka Streams or Debezium list is taken for a
        typo and refused with that name. One that is like none of them passes: it may be a plugin's.
        """);
    return page.toString();
  }

  private static String fallback(Setting setting) {
    if (setting.fallback() == null) {
      return "required";
    }
    return setting.fallback().isEmpty() ? "–" : "`" + setting.fallback() + "`";
  }
}
