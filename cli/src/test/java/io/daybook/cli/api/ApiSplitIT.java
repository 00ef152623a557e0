// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.api;

import static io.daybook.cli.api.ApiRig.json;
import static io.daybook.cli.api.ApiRig.rollup;
import static io.daybook.cli.api.ApiRig.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.cli.ServeFixture;
import io.daybook.serve.migration.Migration;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSwitch;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rollups in a database without the source's tables: the API asks those itself. */
class ApiSplitIT {
  private static final String[] JANUARY = {
    "workspace", "7", "from", "2026-01-01", "to", "2026-01-31"
  };

  @TempDir private Path folder;

  @Test
  void liveIsAskedOfTheSourceAndIsTheSame() throws Exception {
    try (ServeFixture fixture = ServeFixture.start()) {
      fixture.install();
      DataSource target = fixture.emptyDatabase("rollups");
      new Migration(target, new Migration.Settings(false, 3)).apply(ServeFixture.ROLLUPS);
      try (ApiRig split =
              new ApiRig(folder.resolve("a"), target, fixture.database(), Duration.ZERO, 2, true);
          ApiRig one =
              new ApiRig(
                  folder.resolve("b"),
                  fixture.database(),
                  fixture.database(),
                  Duration.ZERO,
                  2,
                  true)) {
        new ModeSwitch(fixture.database())
            .set(new ModeChange("shop_daily", null, Mode.LIVE, "test", null));
        for (List<String> more :
            List.of(
                List.<String>of(),
                List.of("group", "week"),
                List.of("group", "total", "measures", "workspace"))) {
          String[] all =
              Stream.concat(Arrays.stream(JANUARY), more.stream()).toArray(String[]::new);
          HttpResponse<String> answer = split.get(rollup("shop_daily", all));
          assertEquals(200, answer.statusCode(), answer.body());
          assertEquals(rows(one.get(rollup("shop_daily", all))), rows(answer));
          JsonNode body = json(answer);
          assertEquals("live", body.get("served_from").asText());
          assertEquals("building", body.get("reason").asText());
        }
      }
      ServeFixture.run(target, "DROP SCHEMA daybook CASCADE");
      fixture.uninstall();
    }
  }
}
