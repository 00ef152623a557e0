// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import io.daybook.schemas.table.ReadFunctions;
import io.daybook.serve.auth.Caller;
import io.daybook.serve.auth.RefusedException;
import io.daybook.serve.auth.Tokens;
import io.daybook.serve.read.BusyException;
import io.daybook.serve.read.TooManyRowsException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds what a path means, lets in who may, and turns whatever happens into a reply. */
final class ApiHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
  private static final String API = "/api/";
  private static final String REQUEST_ID = "x-request-id";
  private static final String QUERY_CANCELED = "57014";
  private static final int FORBIDDEN = 403;
  private static final Duration SAID_EVERY = Duration.ofMinutes(1);

  private final HttpSettings settings;
  private final Tokens tokens;
  private final RollupEndpoint rollups;
  private final Map<String, CompositeEndpoint> composites;
  private final OperationEndpoint operations;
  private final byte[] document;
  private final SlowClients slow;
  private final Map<String, LongAdder> refused = new ConcurrentSkipListMap<>();
  private final AtomicLong saidAtNanos =
      new AtomicLong(System.nanoTime() - 2 * SAID_EVERY.toNanos());

  ApiHandler(
      HttpSettings settings,
      Tokens tokens,
      RollupEndpoint rollups,
      Map<String, CompositeEndpoint> composites,
      OperationEndpoint operations,
      byte[] document,
      SlowClients slow) {
    this.settings = settings;
    this.tokens = tokens;
    this.rollups = rollups;
    this.composites = Map.copyOf(composites);
    this.operations = operations;
    this.document = document;
    this.slow = slow;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    long start = System.nanoTime();
    String id = id(request);
    EndPoint client = request.getConnectionMetaData().getConnection().getEndPoint();
    slow.working(client);
    Reply reply = reply(request, id);
    HttpFields.Mutable headers = response.getHeaders();
    response.setStatus(reply.status());
    headers.put("Content-Type", reply.type());
    headers.put("X-Content-Type-Options", "nosniff");
    reply.headers().forEach(headers::put);
    reply.told().forEach((name, value) -> headers.put(settings.headerPrefix() + name, value));
    headers.put(REQUEST_ID, id);
    double tookMs = (System.nanoTime() - start) / 1e6;
    headers.put(
        settings.headerPrefix() + "duration-ms", String.format(Locale.ROOT, "%.1f", tookMs));
    response.write(true, ByteBuffer.wrap(reply.body()), slow.writing(client, callback));
    return true;
  }

  /** The caller's own, so that it can be found in the logs of both; else a new one. */
  private static String id(Request request) {
    String given = request.getHeaders().get(REQUEST_ID);
    return given != null && given.matches("[A-Za-z0-9._-]{1,100}")
        ? given
        : UUID.randomUUID().toString();
  }

  private Reply reply(Request request, String id) {
    try {
      return route(request);
    } catch (ApiError e) {
      if (e.status() == FORBIDDEN) {
        count("FORBIDDEN");
      }
      return error(e);
    } catch (TooManyRowsException e) {
      return error(ApiError.badRequest("TOO_MANY_ROWS", e.getMessage()));
    } catch (BusyException e) {
      return error(ApiError.unavailable("BUSY", e.getMessage()));
    } catch (SQLException e) {
      return error(ofDatabase(e, id));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return error(ApiError.unavailable("ENDING", "this server ends"));
    } catch (Exception e) {
      LOG.error("Request {} has failed", id, e);
      return error(ApiError.internal());
    }
  }

  private static ApiError ofDatabase(SQLException e, String id) {
    if (ReadFunctions.STALE.equals(e.getSQLState())) {
      return ApiError.unavailable("STALE", e.getMessage().lines().findFirst().orElse(""));
    } else if (QUERY_CANCELED.equals(e.getSQLState())) {
      return ApiError.unavailable("TIMEOUT", "the query took longer than it may");
    }
    LOG.warn("Request {} gets no answer of a database: {}", id, e.getMessage());
    return ApiError.unavailable("DATABASE_UNAVAILABLE", "a database does not answer");
  }

  private static Reply error(ApiError error) {
    Reply reply = Reply.json(error.status(), AnswerJson.error(error));
    reply.headers().putAll(error.headers());
    reply.headers().put("Cache-Control", "no-store");
    return reply;
  }

  private Reply route(Request request) throws Exception {
    String path = request.getHttpURI().getDecodedPath();
    if (path == null) {
      throw ApiError.notFound("there is no path");
    }
    if (path.equals("/openapi.yaml")) {
      requireMethod(request, "GET");
      return document();
    }
    if (!path.startsWith(API)) {
      throw ApiError.notFound("there is nothing here; /openapi.yaml says what there is");
    }
    Caller caller = caller(request);
    List<String> parts = List.of(path.substring(API.length()).split("/", -1));
    if (parts.get(0).equals("rollups") && parts.size() <= 2) {
      requireReads(request);
      if (parts.size() == 1) {
        Parameters.of(request, List.of());
        return rollups.list();
      }
      return rollups.read(request, caller, parts.get(1));
    }
    CompositeEndpoint composite = composites.get(path.substring(API.length()));
    if (composite != null) {
      requireReads(request);
      return composite.read(request, caller);
    }
    if (parts.get(0).equals("ops") && parts.size() == 2) {
      return switch (request.getMethod()) {
        case "POST" -> operations.ask(request, caller, parts.get(1));
        case "GET" -> operations.state(request, caller, parts.get(1));
        default -> throw ApiError.notAllowed("GET, POST");
      };
    }
    throw ApiError.notFound("there is nothing here; /openapi.yaml says what there is");
  }

  private void requireReads(Request request) throws ApiError {
    requireMethod(request, "GET");
    if (!settings.reads()) {
      throw ApiError.unavailable("READ_API_DISABLED", "reads are switched off (http.reads)");
    }
  }

  private static void requireMethod(Request request, String method) throws ApiError {
    if (!request.getMethod().equals(method)) {
      throw ApiError.notAllowed(method);
    }
  }

  private Caller caller(Request request) throws ApiError {
    try {
      return tokens.read(request.getHeaders().get("Authorization"));
    } catch (RefusedException e) {
      count(e.reason().name());
      if (e.reason() == RefusedException.Reason.KEYS_AWAY) {
        throw ApiError.unavailable("KEYS_UNAVAILABLE", e.getMessage());
      }
      throw ApiError.unauthorized(e.getMessage(), e.reason() != RefusedException.Reason.MISSING);
    }
  }

  private void count(String reason) {
    refused.computeIfAbsent(reason, key -> new LongAdder()).increment();
    long now = System.nanoTime();
    long said = saidAtNanos.get();
    if (now - said > SAID_EVERY.toNanos() && saidAtNanos.compareAndSet(said, now)) {
      LOG.warn("Requests refused so far, by reason: {}", refused);
    }
  }

  /** How many requests were refused, by the reason. */
  Map<String, LongAdder> refused() {
    return refused;
  }

  private Reply document() {
    Reply reply = Reply.json(200, "");
    return new Reply(200, "application/yaml", document, reply.headers(), reply.told());
  }
}
