// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.capture;

import io.daybook.schemas.topic.Lsn;
import io.daybook.schemas.topic.Watermark;
import java.util.Map;

/**
 * What capture remembers, as one record of the state topic, written in the transaction of the
 * events that it covers.
 */
sealed interface CaptureState {
  /** Number of the snapshot that the topics go back to; 1 is the first. */
  int epoch();

  /** What the topics have been given up to here. */
  Accounts accounts();

  /**
   * A snapshot of this epoch has begun, or was about to; the fence that ends it is owed. Written
   * down before anything of the epoch reaches a topic, and again with each transaction of it.
   */
  record SnapshotOwed(int epoch, Accounts accounts) implements CaptureState {}

  /**
   * The snapshot of this epoch is complete and streaming goes on from {@code resume}.
   *
   * @param slot the slot that continues the snapshot
   * @param identity the server on which the slot's LSNs count
   * @param tables what the topics hold since this epoch
   * @param shapes how the tables are, as far as that decides what their rows are; null in a state
   *     of a version that did not know
   * @param watermark the last one written, null before the first
   * @param loads what is read beside the stream
   * @param awaited no watermark goes out before everything up to here is streamed: a row was
   *     written that is incomplete until then; {@link Lsn#ZERO} if none was
   */
  record Streaming(
      int epoch,
      String slot,
      SourceIdentity identity,
      CapturedTables tables,
      SourceShapes shapes,
      ResumePoint resume,
      Watermark watermark,
      Accounts accounts,
      Loads loads,
      Lsn awaited)
      implements CaptureState {

    Streaming reached(ResumePoint point, Watermark mark, Accounts written, Lsn settling) {
      return new Streaming(
          epoch, slot, identity, tables, shapes, point, mark, written, loads, settling);
    }

    /** The same with other shapes. */
    Streaming shaped(SourceShapes now) {
      return new Streaming(
          epoch, slot, identity, tables, now, resume, watermark, accounts, loads, awaited);
    }

    /**
     * The same where from now on just these tables and columns are captured; what the topics do not
     * hold of them is owed.
     *
     * @param counted the topics with those that come to it
     * @param numbers the first load of each table that will do, where one is asked for
     */
    Streaming capturing(
        CapturedTables wanted, Map<String, Integer> numbers, Accounts counted, SourceShapes now) {
      return new Streaming(
          epoch,
          slot,
          identity,
          tables.within(wanted),
          shapes == null ? null : now,
          resume,
          watermark,
          counted,
          loads.towards(tables, wanted, numbers),
          awaited);
    }

    /** The same where a load has come further. */
    Streaming loading(Loads further) {
      return new Streaming(
          epoch, slot, identity, tables, shapes, resume, watermark, accounts, further, awaited);
    }

    /** The same where the topics hold all of a table that was owed. */
    Streaming loaded(String table) {
      return new Streaming(
          epoch,
          slot,
          identity,
          tables.with(table, loads.owed().get(table).columns()),
          shapes,
          resume,
          watermark,
          accounts,
          loads.finished(table),
          awaited);
    }

    /** The furthest LSN of the source's log that is known to have been read. */
    Lsn reached() {
      Lsn furthest = resume.start();
      if (resume.lastChange().compareTo(furthest) > 0) {
        furthest = resume.lastChange();
      }
      if (watermark != null && watermark.commitLsn().compareTo(furthest) > 0) {
        furthest = watermark.commitLsn();
      }
      return furthest;
    }
  }
}
