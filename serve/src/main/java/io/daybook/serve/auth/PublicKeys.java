// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jose4j.http.Get;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key set of a file or an address, read by a thread of its own: however long that takes, requests
 * are judged by what was read last. A key that is not in it makes it be read again at once, but not
 * more than every few seconds, so that nobody can make it work by tokens that are none.
 */
final class PublicKeys implements VerificationKeyResolver, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PublicKeys.class);
  private static final int FETCHED_WITHIN_MS = 2_000;
  private static final long WAITED_MS = 2 * FETCHED_WITHIN_MS + 500L;
  private static final int WAITING_MAX = 8;
  private static final long AGAIN_AFTER_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long OLD_AFTER_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final String from;
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "key-set");
            thread.setDaemon(true);
            return thread;
          });
  private volatile JwksVerificationKeyResolver keys;
  private volatile Exception failure;
  private String text;
  private final Semaphore waiting = new Semaphore(WAITING_MAX);
  private Future<?> pending;
  private long readAtNanos;

  /**
   * @param from a path, or where it is fetched from
   * @throws IllegalArgumentException where a file cannot be read
   */
  PublicKeys(String from) {
    this.from = from;
    if (isFile()) {
      read();
      if (keys == null) {
        close();
        throw new IllegalArgumentException(
            "the key set %s cannot be read: %s".formatted(from, failure.getMessage()), failure);
      }
    } else {
      again(0);
    }
  }

  private boolean isFile() {
    return !from.matches("https?://.*");
  }

  /** What tokens are judged by now; null before it was ever read. */
  Object current() {
    return keys;
  }

  /**
   * Whether there is something newer than what a token was judged by: a signature that is not good
   * may be that of a new key, which the token need not name.
   */
  boolean isNewerThan(Object judgedBy) {
    await(again(AGAIN_AFTER_NANOS));
    return keys != judgedBy;
  }

  @Override
  public Key resolveKey(JsonWebSignature token, List<JsonWebStructure> outer)
      throws UnresolvableKeyException {
    JwksVerificationKeyResolver known = keys;
    if (known == null) {
      await(again(AGAIN_AFTER_NANOS));
      known = keys;
    } else {
      again(OLD_AFTER_NANOS);
    }
    if (known == null) {
      throw new UnresolvableKeyException("the key set cannot be had", new IOException(failure));
    }
    try {
      return known.resolveKey(token, outer);
    } catch (UnresolvableKeyException e) {
      if (isNewerThan(known)) {
        return keys.resolveKey(token, outer);
      }
      throw e;
    }
  }

  /** Reads it once more where that was some time ago; what is being read, or was read last. */
  private synchronized Future<?> again(long afterNanos) {
    long now = System.nanoTime();
    boolean old = pending == null || now - readAtNanos > afterNanos;
    if (old && (pending == null || pending.isDone())) {
      readAtNanos = now;
      pending = reader.submit(this::read);
    }
    return pending;
  }

  /** A few wait for it; the others are judged by what there is. */
  private void await(Future<?> reading) {
    if (!waiting.tryAcquire()) {
      return;
    }
    try {
      reading.get(WAITED_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("The key set is not there yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.release();
    }
  }

  private void read() {
    try {
      String now = text();
      if (!now.equals(text)) {
        JwksVerificationKeyResolver read =
            new JwksVerificationKeyResolver(new JsonWebKeySet(now).getJsonWebKeys());
        // Of several keys that would do, the one that fits: tokens need not name theirs.
        read.setDisambiguateWithVerifySignature(true);
        keys = read;
        text = now;
      }
      failure = null;
    } catch (IOException | JoseException | RuntimeException e) {
      if (failure == null || !Objects.equals(failure.getMessage(), e.getMessage())) {
        LOG.warn("The key set {} cannot be read; what was read before holds", from, e);
      }
      failure = e;
    }
  }

  private String text() throws IOException {
    if (isFile()) {
      return Files.readString(Path.of(from));
    }
    Get get = new Get();
    get.setConnectTimeout(FETCHED_WITHIN_MS);
    get.setReadTimeout(FETCHED_WITHIN_MS);
    get.setRetries(0);
    return get.get(from).getBody();
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
