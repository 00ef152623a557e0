// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import io.daybook.cli.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * The broker is killed, bounced in order, or stands still for a while; it aborts a transaction of
 * capture since an administrator wants it so, or since it has been open for too long.
 */
final class BrokerDown implements Fault {
  private static final Duration AWAY_MAX = Duration.ofSeconds(5);
  private static final Duration STILL = Duration.ofSeconds(15);
  private static final Duration OPENED_WITHIN = Duration.ofSeconds(60);

  /** Longer than a transaction may stay open, and the broker's interval between two looks. */
  private static final Duration ABORTED_WITHIN = Duration.ofSeconds(120);

  @Override
  public String id() {
    return "F7";
  }

  @Override
  public String title() {
    return "broker killed, bounced, paused; transactions aborted, timed out";
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    return switch (turn.variant(5)) {
      case 0 -> down(site, turn, true);
      case 1 -> down(site, turn, false);
      case 2 -> paused(site.servers().broker());
      case 3 -> aborted(site);
      default -> timedOut(site);
    };
  }

  private static Injection down(Site site, Turn turn, boolean kill) throws Exception {
    BrokerProcess broker = site.servers().broker();
    long inFlight = site.kafka().notAggregated();
    long pid = broker.pid();
    Instant at = Instant.now();
    if (kill) {
      Signals.kill(pid);
    } else {
      Signals.terminate(pid);
    }
    boolean dead = Signals.isDead(pid);
    Await.pass(turn.below(AWAY_MAX));
    broker.launch();
    broker.awaitUp();
    return Injection.of(
        at,
        dead,
        "the broker, pid %d, is dead by %s: %s; %d records were in flight"
            .formatted(pid, kill ? "SIGKILL" : "SIGTERM", dead, inFlight));
  }

  private static Injection paused(BrokerProcess broker) throws Exception {
    long pid = broker.pid();
    Instant at = Instant.now();
    Signals.stop(pid);
    Await.pass(STILL);
    boolean stopped = Signals.isStopped(pid);
    Signals.goOn(pid);
    return Injection.of(
        at, stopped, "the broker, pid %d, stood still for %s: %s".formatted(pid, STILL, stopped));
  }

  private static Injection aborted(Site site) throws Exception {
    Admin admin = site.kafka().admin().client();
    String id = site.installation().topics().captureTransactionalId();
    long epoch = transaction(admin, id).producerEpoch();
    Instant at = Instant.now();
    admin.fenceProducers(List.of(id)).all().get();
    long fenced = transaction(admin, id).producerEpoch();
    return Injection.of(
        at, fenced > epoch, "capture was fenced: epoch %d after %d".formatted(fenced, epoch));
  }

  /** Capture is stopped within a transaction until the broker has aborted that. */
  private static Injection timedOut(Site site) throws Exception {
    Admin admin = site.kafka().admin().client();
    String id = site.installation().topics().captureTransactionalId();
    RoleProcess capture = site.captures().get(0);
    Await.until(OPENED_WITHIN, "an open transaction", () -> stoppedWithin(admin, id, capture));
    long epoch = transaction(admin, id).producerEpoch();
    Instant at = Instant.now();
    boolean aborted =
        Await.within(
            ABORTED_WITHIN,
            () -> {
              TransactionState state = transaction(admin, id).state();
              return state == TransactionState.COMPLETE_ABORT;
            });
    Duration open = Duration.between(at, Instant.now());
    Signals.goOn(capture.pid());
    return Injection.of(
        at,
        aborted,
        "capture, pid %d, was stopped in a transaction of epoch %d; aborted after %s: %s"
            .formatted(capture.pid(), epoch, open, aborted));
  }

  /** Whether it is stopped now, with its transaction open. */
  private static boolean stoppedWithin(Admin admin, String id, RoleProcess capture)
      throws Exception {
    Signals.stop(capture.pid());
    if (transaction(admin, id).state() == TransactionState.ONGOING) {
      return true;
    }
    Signals.goOn(capture.pid());
    return false;
  }

  private static TransactionDescription transaction(Admin admin, String id)
      throws ExecutionException, InterruptedException {
    Map<String, TransactionDescription> all = admin.describeTransactions(List.of(id)).all().get();
    return all.get(id);
  }
}
