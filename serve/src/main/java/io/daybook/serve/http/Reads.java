// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import io.daybook.serve.auth.Caller;
import io.daybook.serve.cache.AnswerCache;
import io.daybook.serve.cache.EntryKey;
import io.daybook.serve.read.Answer;
import io.daybook.serve.read.ControlState;
import io.daybook.serve.read.ControlWatch;
import io.daybook.serve.read.ReadQuery;
import io.daybook.serve.read.Reader;
import io.daybook.serve.shadow.ShadowReads;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/** What endpoints that read have in common: windows, cache, headers. */
final class Reads {
  private final Reader reader;
  private final ControlWatch control;
  private final AnswerCache cache;
  private final ShadowReads shadow;
  private final int daysMax;

  Reads(Reader reader, ControlWatch control, AnswerCache cache, ShadowReads shadow, int daysMax) {
    this.reader = reader;
    this.control = control;
    this.cache = cache;
    this.shadow = shadow;
    this.daysMax = daysMax;
  }

  /** Days, both included. */
  record Window(LocalDate from, LocalDate to) {}

  Window window(Parameters parameters) throws ApiError {
    LocalDate from = parameters.day("from");
    LocalDate to = parameters.day("to");
    long days = ChronoUnit.DAYS.between(from, to) + 1;
    if (days < 1) {
      throw ApiError.badRequest("BAD_RANGE", "from %s comes after to %s".formatted(from, to));
    }
    if (days > daysMax) {
      throw ApiError.badRequest(
          "TOO_MANY_DAYS", "%d days are asked for; %d may be".formatted(days, daysMax));
    }
    return new Window(from, to);
  }

  /** Asks the database; a read in shadow is compared afterwards. */
  Answer ask(ReadQuery query) throws Exception {
    long start = System.nanoTime();
    Answer answer = reader.read(query);
    shadow.offer(query, answer, (System.nanoTime() - start) / 1e6);
    return answer;
  }

  /**
   * An answer that is kept or computed.
   *
   * @param endpoint and {@code params}, by which it is kept
   */
  Reply reply(
      Request request,
      Caller caller,
      String workspace,
      String endpoint,
      String params,
      AnswerCache.Computation computation)
      throws Exception {
    Optional<ControlState> state = control.current();
    long version = state.map(ControlState::version).orElse(-1L);
    Watched watched = new Watched(version, computation);
    EntryKey key = new EntryKey(caller.subject(), workspace, endpoint, params, version);
    AnswerCache.Given given =
        state.isEmpty() ? cache.uncached(key, computation) : cache.answer(key, watched, watched);
    Reply reply = Reply.json(200, given.body());
    String tag = "W/\"" + hash(given.body()) + "\"";
    reply.headers().put("ETag", tag);
    // Who keeps it must ask again: the switch works within a second.
    reply.headers().put("Cache-Control", "private, no-cache");
    reply.told().put("cache", given.hit() ? "hit" : "miss");
    reply.told().put("read-source", given.source());
    return isThere(tag, request) ? reply.notModified() : reply;
  }

  /** An answer, and the switch, which is looked at once more whenever one is about to be given. */
  private final class Watched implements AnswerCache.Validity, AnswerCache.Computation {
    private final long asked;
    private final AnswerCache.Computation computation;
    private long begun;

    /**
     * @param asked version of the switch when it was asked for
     */
    Watched(long asked, AnswerCache.Computation computation) {
      this.asked = asked;
      this.begun = asked;
      this.computation = computation;
    }

    @Override
    public AnswerCache.Computed compute() throws Exception {
      begun = control.current().map(ControlState::version).orElse(asked);
      return computation.compute();
    }

    @Override
    public boolean ofKept(Instant completeThrough) {
      return control
          .current()
          .filter(now -> now.version() == asked && now.isFresh(completeThrough))
          .isPresent();
    }

    /** While the switch is not known, who decided was the read function. */
    @Override
    public boolean ofComputed(AnswerCache.Computed computed) {
      return control
          .current()
          .map(
              now ->
                  now.version() == begun
                      && (!computed.kept() || now.isFresh(computed.completeThrough())))
          .orElse(true);
    }
  }

  private static boolean isThere(String tag, Request request) {
    String known = request.getHeaders().get("If-None-Match");
    return known != null
        && Arrays.stream(known.split(",")).map(String::strip).anyMatch(tag::equals);
  }

  private static String hash(String body) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
