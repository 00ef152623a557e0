// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.api;

import static io.daybook.cli.api.ApiRig.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.daybook.cli.Await;
import io.daybook.cli.ServeFixture;
import io.daybook.serve.composition.Composition;
import io.daybook.serve.composition.CompositionReader;
import io.daybook.serve.mode.Mode;
import io.daybook.serve.mode.ModeChange;
import io.daybook.serve.mode.ModeSwitch;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Endpoints that are put together of rollups. */
class ApiCompositeIT {
  private static final String OVERVIEW =
      """
      path: shop/overview
      workspace: shopId
      parts:
        core:
          orders: {rollup: shop_daily, measure: workspace}
          visits: {rollup: shop_daily, measure: daybook_source}
          tickets: {rollup: "desk's \\"daily\\"", measure: tickets}
        details:
          perDay: {rollup: shop_daily, group: day, measures: {orders: workspace}}
          perKind:
            rollup: shop_daily
            group: total
            by: {kind: from_day}
            measures: {orders: workspace, visits: daybook_source}
          both: {rollup: shop_daily, measures: {orders: workspace, visits: daybook_source}}
      """;

  @TempDir private Path folder;

  @Test
  void itsNumbersAreThoseOfTheRollups() throws Exception {
    Files.writeString(folder.resolve("overview.yaml"), OVERVIEW);
    List<Composition> compositions = CompositionReader.readAll(folder);
    try (ServeFixture fixture = ServeFixture.start()) {
      fixture.install();
      try (ApiRig api =
          new ApiRig(
              folder.resolve("redis"),
              fixture.database(),
              fixture.database(),
              Duration.ofSeconds(60),
              2,
              true,
              null,
              compositions)) {
        api.vouch(Map.of("7", 1L));
        String path = "/api/shop/overview?shopId=7&from=2026-01-01&to=2026-01-31";
        HttpResponse<String> response = api.get(path);
        assertEquals(200, response.statusCode(), response.body());
        JsonNode data = json(response).get("data");
        assertEquals("{\"orders\":4,\"visits\":2,\"tickets\":0}", data.get("core").toString());
        assertEquals(
            "[{\"day\":\"2026-01-01\",\"orders\":3},{\"day\":\"2026-01-02\",\"orders\":0},"
                + "{\"day\":\"2026-01-03\",\"orders\":1}]",
            data.at("/details/perDay").toString());
        assertEquals(
            "[{\"kind\":null,\"orders\":2,\"visits\":1},{\"kind\":\"web\",\"orders\":2,\"visits\":1}]",
            data.at("/details/perKind").toString());
        assertEquals("{\"orders\":4,\"visits\":2}", data.at("/details/both").toString());
        assertEquals("rollup", json(response).get("served_from").asText());
        assertEquals("hit", ApiRig.header(api.get(path), "x-zrg-cache"));

        HttpResponse<String> core = api.get(path + "&parts=core");
        assertEquals("miss", ApiRig.header(core, "x-zrg-cache"));
        assertEquals(1, json(core).get("data").size());
        assertEquals("UNKNOWN_PART", json(api.get(path + "&parts=more")).get("error").asText());
        assertEquals("UNKNOWN_PARAMETER", json(api.get(path + "&group=day")).get("error").asText());

        new ModeSwitch(fixture.database())
            .set(new ModeChange("shop_daily", null, Mode.LIVE, "test", null));
        Await.until(
            Duration.ofSeconds(2),
            "the switch of one of both",
            () -> "live".equals(ApiRig.header(api.get(path), "x-zrg-read-source")));
        JsonNode live = json(api.get(path));
        assertEquals(data, live.get("data"));
        assertEquals("live", live.get("served_from").asText());
      }
      fixture.uninstall();
    }
  }
}
