// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every major of Postgres between Debian's and the embedded one. */
@Tag("external")
class PostgresMajorsIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 18})
  void inOneDatabaseAndOneProcessThenInTwoDatabasesAndThreeProcesses(int major) throws Exception {
    try (PackagedPostgres postgres = PackagedPostgres.start(major, folder.resolve("postgres"));
        Broker broker = Broker.start(Files.createDirectories(folder.resolve("kafka")), null);
        DebianRedis redis =
            DebianRedis.start(Files.createDirectories(folder.resolve("redis")), null)) {
      new Walk(
              postgres,
              postgres,
              Walk.SOURCE_DATABASE,
              broker,
              redis,
              List.of(),
              folder.resolve("together"))
          .with(Walk.TOGETHER);
      new Walk(postgres, postgres, "reports", broker, redis, List.of(), folder.resolve("split"))
          .with(Walk.SPLIT);
    }
  }
}
