// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.daybook.cli.Await;
import io.daybook.cli.ForeignEvents;
import io.daybook.cli.Main;
import io.daybook.cli.installation.HangingTransactions;
import io.daybook.schemas.catalogue.TableName;
import io.daybook.schemas.topic.Topic;
import io.daybook.schemas.topic.TopicAdmin;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * What {@code status} says while something is away: what is wrong, since when, what readers get and
 * what to do, with exit code 1; and that it says nothing of it any more when that is over.
 */
@Tag("faults")
class StatusFaultsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SAID_WITHIN = Duration.ofSeconds(60);
  private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(2);

  @TempDir Path folder;

  /** An exit code and the object that was printed. */
  private record Status(int code, JsonNode report) {}

  @Test
  void statusNamesWhatIsAwayAndForgetsItByItself() throws Exception {
    SiteSettings settings = SiteSettings.usual().withRate(50);
    try (Site site = Site.start(folder.resolve("site"), settings, System.nanoTime())) {
      awaitHealthy(site, "the start");

      site.servers().killRedis();
      assertSaid(site, "Redis does not answer", "have cached");
      site.servers().startRedis();
      awaitHealthy(site, "Redis is back");

      site.servers().broker().close();
      assertSaid(site, "Kafka at 127.0.0.1", "then the live query");
      site.servers().broker().launch();
      site.servers().broker().awaitUp();
      awaitHealthy(site, "the broker is back");

      site.servers().killPostgres();
      assertSaid(site, "The target does not answer", "their own live query");
      assertSaid(site, "The source does not answer", "the rollup until it is stale");
      site.servers().startPostgres();
      awaitHealthy(site, "Postgres is back");

      RoleProcess capture = site.captures().get(0);
      capture.kill();
      new Slot(site.database()).drop();
      assertSaid(site, "does not exist", "the live query");
      assertSaid(site, "No process with the role capture", "the live query");
      capture.start();
      Await.until(
          SAID_WITHIN,
          "a rollup that is healing",
          () -> site.database().number("SELECT count(*) FROM daybook.freshness WHERE healing") > 0);
      awaitHealthy(site, "the source was read again");

      forgetATransaction(site);
      assertSaid(site, "its broker has forgotten", "the live query");
      endForgottenTransactions(site);
      awaitHealthy(site, "forgotten transactions were ended");

      String lead = new Messages(site.database()).ownLead("poisoned");
      // What comes after an unreadable event of a row settles it: the row itself must come before.
      Await.until(
          SAID_WITHIN,
          "the lead in the rollup",
          () ->
              site.database()
                      .number(
                          "SELECT count(*) FROM daybook.workspace_daily"
                              + " WHERE workspace_id = 'poisoned'")
                  > 0);
      send(site, "{\"id\":\"" + lead + "\"}", "no JSON");
      JsonNode degraded = assertSaid(site, "is degraded", "the live query");
      assertTrue(
          degraded.required("what").textValue().contains("no JSON from byte"), () -> "" + degraded);
      site.database().change("UPDATE \"Lead\" SET \"updatedAt\" = now() WHERE id = ?", lead);
      awaitHealthy(site, "a later event has settled it");
    }
  }

  /** One of somebody else, so that what hangs is not what the aggregates need. */
  private static void forgetATransaction(Site site) throws Exception {
    BrokerProcess broker = site.servers().broker();
    Map<String, Object> settings = new HashMap<>(broker.clients());
    settings.put("transactional.id", "somebody-else");
    Topic topic = site.installation().topics().quarantine();
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(topic.name(), new byte[] {0}, null)).get();
    broker.close();
    broker.forgetTransactions();
    producer.close(Duration.ZERO);
    broker.launch();
    broker.awaitUp();
  }

  private static void endForgottenTransactions(Site site) throws Exception {
    TopicAdmin admin = site.kafka().admin();
    Set<String> all = admin.startingWith(site.installation().topics().ownPrefixes());
    all.add("__consumer_offsets");
    String known = site.installation().topics().captureTransactionalId();
    for (HangingTransactions.Hanging each : new HangingTransactions(admin, known).find(all)) {
      System.out.println("ended: " + each);
      var states = admin.client().describeProducers(List.of(each.partition()));
      for (ProducerState state : states.partitionResult(each.partition()).get().activeProducers()) {
        if (state.producerId() == each.producer()) {
          admin
              .client()
              .abortTransaction(
                  new AbortTransactionSpec(
                      each.partition(),
                      each.producer(),
                      (short) state.producerEpoch(),
                      state.coordinatorEpoch().orElse(0)))
              .all()
              .get();
        }
      }
    }
  }

  /** Waits until a problem is named, and looks at all that belongs to it. */
  private static JsonNode assertSaid(Site site, String what, String readersGet) throws Exception {
    JsonNode[] found = new JsonNode[1];
    Await.until(
        SAID_WITHIN,
        "a problem '" + what + "'",
        () -> {
          Status status = status(site);
          for (JsonNode problem : status.report.required("problems")) {
            if (problem.required("what").textValue().contains(what)
                && !problem.required("since").isNull()) {
              assertEquals(1, status.code);
              found[0] = problem;
              return true;
            }
          }
          return false;
        });
    JsonNode problem = found[0];
    assertTrue(problem.required("readersGet").textValue().contains(readersGet), () -> "" + problem);
    assertTrue(!problem.required("remedy").textValue().isBlank(), () -> "" + problem);
    Instant since = Instant.parse(problem.required("since").textValue());
    assertTrue(since.isAfter(Instant.now().minus(Duration.ofMinutes(10))), () -> "" + problem);
    System.out.println("status: " + problem);
    return problem;
  }

  private static void awaitHealthy(Site site, String after) throws Exception {
    Status[] last = new Status[1];
    boolean healthy =
        Await.within(
            HEALTHY_WITHIN,
            () -> {
              last[0] = status(site);
              return last[0].code == 0;
            });
    assertTrue(healthy, () -> after + ": " + last[0]);
    assertTrue(last[0].report.required("healthy").booleanValue());
  }

  private static Status status(Site site) throws Exception {
    StringWriter out = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    String config = site.folder().resolve("operator/daybook.yaml").toString();
    int code = line.execute("status", "--json", "--config", config);
    assertTrue(!out.toString().isEmpty(), "status printed nothing, exit code " + code);
    return new Status(code, JSON.readTree(out.toString()));
  }

  private static void send(Site site, String key, String event) throws Exception {
    TableName table = new TableName("public", "Lead");
    ForeignEvents.send(
        site.servers().broker().clients(), site.installation().topics().cdc(table), key, event);
  }
}
