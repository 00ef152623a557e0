// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.daybook.serve.auth.Caller;
import io.daybook.serve.operation.Kind;
import io.daybook.serve.operation.Operation;
import io.daybook.serve.operation.Operations;
import io.daybook.serve.operation.Request;
import io.daybook.serve.read.ControlWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/**
 * {@code POST /api/ops/{kind}} and {@code GET /api/ops/{key}}: what is written here is a row; the
 * processes with the role sink do it.
 */
final class OperationEndpoint {
  private static final String KEY = "Idempotency-Key";
  private static final String KEYS = "[A-Za-z0-9_:~-][A-Za-z0-9._:~-]{0,199}";
  private static final int BODY_BYTES_MAX = 65_536;
  private static final Duration BODY_WITHIN = Duration.ofSeconds(10);
  private static final int WAIT_SECONDS_MAX = 60;
  private static final int WAITING_MAX = 8;
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final DataSource target;
  private final ControlWatch control;
  private final Semaphore waiting = new Semaphore(WAITING_MAX);

  OperationEndpoint(DataSource target, ControlWatch control) {
    this.target = target;
    this.control = control;
  }

  /** Asks for something. */
  Reply ask(org.eclipse.jetty.server.Request request, Caller caller, String kindText)
      throws ApiError, SQLException, InterruptedException {
    requireOperator(caller);
    Kind kind =
        Kind.parse(kindText)
            .orElseThrow(
                () ->
                    ApiError.notFound(
                        "there is no operation '%s'; there are verify, refresh, recompute, schedule"
                            .formatted(kindText)));
    int waitSeconds = waitSeconds(Parameters.of(request, List.of("wait")));
    String key = request.getHeaders().get(KEY);
    if (key == null || !key.matches(KEYS)) {
      throw ApiError.badRequest(
          "MISSING_KEY",
          "the header %s should be up to 200 of A-Z a-z 0-9 . _ : ~ -: what is sent twice runs once"
              .formatted(KEY));
    }
    Request asked;
    try {
      asked = Request.parse(kind, body(request));
    } catch (IllegalArgumentException e) {
      throw ApiError.badRequest("BAD_BODY", e.getMessage());
    }
    if (!control.hasSeen()) {
      throw ApiError.unavailable("STARTING", "the target has not answered yet");
    }
    for (String each : asked.rollups()) {
      if (!control.rollups().containsKey(each)) {
        throw ApiError.badRequest("UNKNOWN_ROLLUP", "there is no rollup '" + each + "'");
      }
    }
    Operation operation;
    try (Connection connection = target.getConnection()) {
      operation = Operations.ask(connection, key, kind, asked, caller.subject());
    }
    if (operation.kind() != kind || !Request.read(operation.request()).equals(asked)) {
      throw ApiError.conflict(
          "KEY_REUSED", "something else was asked for by this key at " + operation.askedAt());
    }
    return reply(waited(operation, waitSeconds));
  }

  /** How something stands that was asked for. */
  Reply state(org.eclipse.jetty.server.Request request, Caller caller, String key)
      throws ApiError, SQLException, InterruptedException {
    requireOperator(caller);
    int waitSeconds = waitSeconds(Parameters.of(request, List.of("wait")));
    if (!key.matches(KEYS)) {
      throw ApiError.notFound("nothing was asked for by this key");
    }
    Optional<Operation> operation;
    try (Connection connection = target.getConnection()) {
      operation = Operations.find(connection, key);
    }
    return reply(
        waited(
            operation.orElseThrow(() -> ApiError.notFound("nothing was asked for by this key")),
            waitSeconds));
  }

  private static void requireOperator(Caller caller) throws ApiError {
    if (!caller.operator()) {
      throw ApiError.forbidden("the token is not an operator's");
    }
  }

  private static int waitSeconds(Parameters parameters) throws ApiError {
    Optional<String> text = parameters.optional("wait");
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.get().matches("\\d{1,2}") || Integer.parseInt(text.get()) > WAIT_SECONDS_MAX) {
      throw ApiError.badRequest(
          "BAD_PARAMETER", "wait should be seconds from 0 to " + WAIT_SECONDS_MAX);
    }
    return Integer.parseInt(text.get());
  }

  private static String body(org.eclipse.jetty.server.Request request) throws ApiError {
    byte[] bytes;
    try (InputStream stream = org.eclipse.jetty.server.Request.asInputStream(request)) {
      bytes = read(stream);
    } catch (IOException | RuntimeException e) {
      throw ApiError.badRequest("BAD_BODY", "the body breaks off, or is too slow");
    }
    if (bytes.length > BODY_BYTES_MAX) {
      throw ApiError.tooLarge(
          "the body is larger than the %d bytes that it may have".formatted(BODY_BYTES_MAX));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw ApiError.badRequest("BAD_ENCODING", "the body is no UTF-8");
    }
  }

  /** One byte more than there may be, at most; not for ever, however little comes at a time. */
  private static byte[] read(InputStream stream) throws IOException {
    long deadline = System.nanoTime() + BODY_WITHIN.toNanos();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] some = new byte[4_096];
    for (int count = stream.read(some); count >= 0; count = stream.read(some)) {
      all.write(some, 0, Math.min(count, BODY_BYTES_MAX + 1 - all.size()));
      if (all.size() > BODY_BYTES_MAX) {
        break;
      } else if (System.nanoTime() > deadline) {
        throw new IOException("not all of it has come within " + BODY_WITHIN);
      }
    }
    return all.toByteArray();
  }

  private Operation waited(Operation asked, int seconds) throws SQLException, InterruptedException {
    // Others must get a thread, too: who finds no place to wait in asks again.
    if (seconds == 0 || !waiting.tryAcquire()) {
      return asked;
    }
    try {
      long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
      Operation now = asked;
      while (!now.ended() && System.nanoTime() < deadline) {
        Thread.sleep(LOOK_EVERY.toMillis());
        try (Connection connection = target.getConnection()) {
          now = Operations.find(connection, asked.key()).orElse(now);
        }
      }
      return now;
    } finally {
      waiting.release();
    }
  }

  private static Reply reply(Operation operation) {
    Reply reply =
        Reply.json(operation.ended() ? 200 : 202, AnswerJson.write(json -> write(json, operation)));
    reply.headers().put("Cache-Control", "no-store");
    return reply;
  }

  private static void write(JsonGenerator json, Operation operation) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("success", operation.failed() == null);
    json.writeStringField("key", operation.key());
    json.writeStringField("kind", operation.kind().text());
    json.writeStringField("state", operation.state());
    json.writeStringField("asked_by", operation.askedBy());
    time(json, "asked_at", operation.askedAt());
    time(json, "began_at", operation.beganAt());
    time(json, "ended_at", operation.endedAt());
    raw(json, "request", operation.request());
    raw(json, "result", operation.result());
    json.writeStringField("failed", operation.failed());
    json.writeEndObject();
  }

  private static void time(JsonGenerator json, String name, Instant time) throws IOException {
    json.writeStringField(name, time == null ? null : time.toString());
  }

  private static void raw(JsonGenerator json, String name, String text) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(text == null ? "null" : text);
  }
}
