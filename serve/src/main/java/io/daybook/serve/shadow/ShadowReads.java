// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.shadow;

import io.daybook.schemas.definition.Rollup;
import io.daybook.serve.read.Answer;
import io.daybook.serve.read.ReadQuery;
import io.daybook.serve.read.Reader;
import io.daybook.serve.shadow.ShadowRecords.Compared;
import io.daybook.serve.verification.Verdict;
import io.daybook.serve.verification.Verification;
import io.daybook.serve.verification.VerificationProgress;
import io.daybook.serve.verification.Verifier;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares live answers with the rollup, after they were given. What is equal at once is done with;
 * what is not may only be behind, and is verified: looked at until the rollup is complete through
 * the live answer, and again while the rows change. One comparison at a time, and few that wait;
 * reads beyond that are answered and not compared.
 */
public final class ShadowReads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowReads.class);
  private static final String SHADOW = "mode is shadow";
  private static final int WAITING_MAX = 8;
  private static final Duration FORGET_EVERY = Duration.ofHours(1);

  private final DataSource target;
  private final Reader reader;
  private final Verifier verifier;
  private final Definitions definitions;
  private final AtomicLong passedOver = new AtomicLong();
  private long forgottenAt = System.nanoTime() - FORGET_EVERY.toNanos();
  private final ThreadPoolExecutor worker =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_MAX),
          task -> {
            Thread thread = new Thread(task, "shadow");
            thread.setDaemon(true);
            return thread;
          },
          (task, executor) -> passedOver.incrementAndGet());

  /** Knows the definition that a rollup has. */
  public interface Definitions {
    /** That of the generation that readers get. */
    Rollup of(String rollup) throws SQLException;
  }

  /**
   * @param target as a user who may write comparisons
   */
  public ShadowReads(DataSource target, Reader reader, Verifier verifier, Definitions definitions) {
    this.target = target;
    this.reader = reader;
    this.verifier = verifier;
    this.definitions = definitions;
  }

  /**
   * Compares an answer some time soon, if it was given while the mode was shadow.
   *
   * @param liveMs how long it took
   */
  public void offer(ReadQuery query, Answer live, double liveMs) {
    if (live.reason().equals(SHADOW)) {
      worker.execute(() -> compare(query, live, liveMs));
    }
  }

  private void compare(ReadQuery query, Answer live, double liveMs) {
    try {
      long start = System.nanoTime();
      List<List<String>> rows = reader.ofRollup(query);
      double rollupMs = (System.nanoTime() - start) / 1e6;
      Long mismatches = 0L;
      String finding = null;
      if (!comparable(live.columns(), rows).equals(comparable(live.columns(), live.rows()))) {
        try {
          Verification found = verified(query);
          boolean decided = found.verdict() != Verdict.UNDECIDED;
          mismatches = decided ? Long.valueOf(found.differenceCount()) : null;
          finding =
              found.differenceCount() > 0
                  ? found.firstDifference()
                  : decided ? null : String.join("; ", found.reasons());
        } catch (SQLException | RuntimeException e) {
          mismatches = null;
          finding = "it differs, and could not be looked at again: " + e.getMessage();
        }
      }
      write(
          query,
          new Compared(
              live.generation(), liveMs, rollupMs, live.rows().size(), mismatches, finding));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException | RuntimeException e) {
      LOG.warn("A read of {} could not be compared: {}", query.rollup().name(), e.getMessage());
    }
  }

  private Verification verified(ReadQuery query) throws SQLException, InterruptedException {
    return verifier.verifyPart(
        definitions.of(query.rollup().name()),
        query.workspace(),
        query.from().toString(),
        query.to().toString(),
        VerificationProgress.SILENT);
  }

  private void write(ReadQuery query, Compared compared) throws SQLException {
    try (Connection connection = target.getConnection()) {
      ShadowRecords.add(connection, query, compared);
      if (System.nanoTime() - forgottenAt > FORGET_EVERY.toNanos()) {
        forgottenAt = System.nanoTime();
        ShadowRecords.forget(connection);
      }
    }
    if (compared.mismatches() != null && compared.mismatches() > 0) {
      LOG.warn("Shadow, {}: {}", query.rollup().name(), compared.finding());
    }
  }

  /** Numbers that are equal have one text, whatever their scale. */
  private static List<List<String>> comparable(
      List<Answer.Column> columns, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    for (List<String> row : rows) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        values.add(comparable(columns.get(i), row.get(i)));
      }
      all.add(values);
    }
    return all;
  }

  private static String comparable(Answer.Column column, String value) {
    boolean number =
        value != null && column.kind() == Answer.Kind.NUMBER && value.matches("-?\\d.*");
    return number ? new BigDecimal(value).stripTrailingZeros().toPlainString() : value;
  }

  /** Reads that were not compared since too many waited. */
  public long passedOver() {
    return passedOver.get();
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
