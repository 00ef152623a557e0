// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/** Issues tokens for the API of a {@code dev}, by a secret of its own. */
public final class DevTokens {
  private static final int SECRET_BYTES = 32;
  private static final Duration GOOD_FOR = Duration.ofDays(7);

  private final String secret;

  public DevTokens() {
    byte[] random = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(random);
    this.secret = HexFormat.of().formatHex(random);
  }

  public String secret() {
    return secret;
  }

  /**
   * A token of HS256.
   *
   * @param workspaces that it lists; {@code *} for all
   */
  public String issue(String subject, List<String> workspaces, boolean operator) {
    JwtClaims claims = new JwtClaims();
    claims.setSubject(subject);
    claims.setExpirationTimeMinutesInTheFuture(GOOD_FOR.toMinutes());
    claims.setStringListClaim("workspaces", workspaces);
    claims.setClaim("daybook_operator", operator);
    JsonWebSignature token = new JsonWebSignature();
    token.setPayload(claims.toJson());
    token.setKey(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)));
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
    try {
      return token.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException("a token can be signed by HS256", e);
    }
  }
}
