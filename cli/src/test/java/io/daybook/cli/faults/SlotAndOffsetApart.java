// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.daybook.cli.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * While capture is down, somebody makes its slot anew, or its offset is deleted, set back, or set
 * ahead of all that was written.
 */
final class SlotAndOffsetApart implements Fault {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);
  private static final String AHEAD = "7FFFFFFF/0";
  private static final String DELETE_SOME =
      "DELETE FROM \"Message\" WHERE id IN"
          + " (SELECT id FROM \"Message\" ORDER BY random() LIMIT 200 FOR UPDATE SKIP LOCKED)";

  @Override
  public String id() {
    return "F10";
  }

  @Override
  public String title() {
    return "slot made anew; offset deleted, older, newer";
  }

  @Override
  public int injections() {
    return 4;
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    CaptureState state =
        new CaptureState(site.servers().broker().clients(), site.installation().topics());
    RoleProcess capture = site.captures().get(0);
    ConsumerRecord<byte[], byte[]> older = state.last();
    if (turn.variant(4) == 2) {
      Await.pass(LONG_ENOUGH); // the slot moves on
    }
    Instant at = Instant.now();
    long pid = capture.kill();
    ConsumerRecord<byte[], byte[]> last = state.last();
    String done =
        switch (turn.variant(4)) {
          case 0 -> slotMadeAnew(site);
          case 1 -> offsetDeleted(site, state);
          case 2 -> offset(state, older, "set back to that of offset " + older.offset());
          default -> offset(state, ahead(last), "set ahead to " + AHEAD);
        };
    boolean hit = Signals.isDead(pid) && new Slot(site.database()).exists();
    capture.start();
    return Injection.of(at, hit, "capture, pid %d, is dead; %s".formatted(pid, done));
  }

  private static String slotMadeAnew(Site site) throws Exception {
    Slot slot = new Slot(site.database());
    slot.drop();
    int deleted = deleteSome(site);
    slot.createAgain();
    return "the slot is another one; " + deleted + " messages were deleted before it";
  }

  private static String offsetDeleted(Site site, CaptureState state) throws Exception {
    state.deleteTopic(site.kafka().admin().client());
    int deleted = deleteSome(site);
    return "the topic of its offset is gone; " + deleted + " messages deleted";
  }

  private static String offset(
      CaptureState state, ConsumerRecord<byte[], byte[]> record, String what) throws Exception {
    long at = state.write(record.key(), record.value());
    return "the offset is " + what + " by the record " + at;
  }

  private static ConsumerRecord<byte[], byte[]> ahead(ConsumerRecord<byte[], byte[]> last)
      throws Exception {
    ObjectNode root = (ObjectNode) JSON.readTree(last.value());
    ((ObjectNode) root.required("resume")).put("start", AHEAD);
    return new ConsumerRecord<>(
        last.topic(), 0, last.offset(), last.key(), JSON.writeValueAsBytes(root));
  }

  private static int deleteSome(Site site) throws SQLException {
    return site.database().change(DELETE_SOME);
  }
}
