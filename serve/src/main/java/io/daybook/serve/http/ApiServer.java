// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import io.daybook.serve.auth.AuthSettings;
import io.daybook.serve.auth.Tokens;
import io.daybook.serve.cache.AnswerCache;
import io.daybook.serve.composition.Composition;
import io.daybook.serve.read.ControlWatch;
import io.daybook.serve.read.Reader;
import io.daybook.serve.shadow.ShadowReads;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The API on a port. */
public final class ApiServer implements AutoCloseable {
  private static final int HEADER_BYTES_MAX = 16_384;
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

  /** Where as many clients are connected as may be. */
  private static final Duration IDLE_AT_THE_LIMIT = Duration.ofSeconds(1);

  private final Server server;
  private final ServerConnector connector;
  private final ApiHandler handler;
  private final SlowClients slow;
  private final Tokens tokens;

  /** Prepares it; {@link #start} opens the port. */
  public ApiServer(
      HttpSettings settings,
      AuthSettings auth,
      Reader reader,
      DataSource target,
      ControlWatch control,
      AnswerCache cache,
      ShadowReads shadow,
      List<Composition> compositions) {
    QueuedThreadPool threads = new QueuedThreadPool(settings.threadsMax());
    threads.setName("http");
    this.server = new Server(threads);
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(HEADER_BYTES_MAX);
    // Whatever a path may be, what it gets is ours to say: it names no file.
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idle().toMillis());
    server.addConnector(connector);
    NetworkConnectionLimit limit = new NetworkConnectionLimit(settings.connectionsMax(), server);
    limit.setEndPointIdleTimeout(IDLE_AT_THE_LIMIT.toMillis());
    server.addBean(limit);
    this.slow = new SlowClients(settings.requestWithin(), settings.answerWithin());
    this.tokens = new Tokens(auth);
    Reads reads = new Reads(reader, control, cache, shadow, settings.daysMax());
    Map<String, CompositeEndpoint> composites = new TreeMap<>();
    compositions.forEach(
        each -> composites.put(each.path(), new CompositeEndpoint(each, reads, control)));
    this.handler =
        new ApiHandler(
            settings,
            tokens,
            new RollupEndpoint(reads, control),
            composites,
            new OperationEndpoint(target, control),
            Document.of(compositions),
            slow);
    server.setHandler(new GracefulHandler(handler));
    server.setErrorHandler(ApiServer::error);
    server.setStopTimeout(ENDS_WITHIN.toMillis());
  }

  /** What never reaches a handler: a request that is none, or is too large. */
  private static boolean error(Request request, Response response, Callback callback) {
    response.getHeaders().put("Content-Type", Reply.JSON);
    response.getHeaders().put("Cache-Control", "no-store");
    ApiError error = ApiError.ofServer(response.getStatus());
    byte[] body = AnswerJson.error(error).getBytes(StandardCharsets.UTF_8);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  /**
   * Opens the port.
   *
   * @throws Exception where it is not to be had
   */
  public void start() throws Exception {
    server.start();
    slow.start(connector);
  }

  /** That it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** How many requests were refused for their token, by the reason. */
  public Map<String, Long> refused() {
    Map<String, Long> counts = new TreeMap<>();
    handler.refused().forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }

  /** Ends what is under way, within a few seconds. */
  @Override
  public void close() throws Exception {
    slow.stop();
    server.stop();
    tokens.close();
  }
}
