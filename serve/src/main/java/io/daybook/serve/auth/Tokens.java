// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.auth;

import io.daybook.serve.auth.RefusedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Reads tokens. A secret admits HS256 alone and a key set only signatures by private keys, so that
 * nobody can sign with a public key as if it were a secret; {@code none} is never admitted.
 */
public final class Tokens implements AutoCloseable {
  private static final String BEARER = "Bearer ";
  private static final int CLOCKS_DIFFER_SECONDS = 30;
  private static final int LENGTH_MAX = 8_192;

  private static final String[] BY_PRIVATE_KEY = {
    AlgorithmIdentifiers.RSA_USING_SHA256,
    AlgorithmIdentifiers.RSA_USING_SHA384,
    AlgorithmIdentifiers.RSA_USING_SHA512,
    AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
    AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
    AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
    AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
    AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
    AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512
  };

  private final AuthSettings settings;
  private final PublicKeys keys;
  private final JwtConsumer consumer;

  /**
   * @throws IllegalArgumentException where the key set cannot be read
   */
  public Tokens(AuthSettings settings) {
    this.settings = settings;
    this.keys = settings.secret() == null ? new PublicKeys(settings.jwks()) : null;
    JwtConsumerBuilder builder =
        new JwtConsumerBuilder()
            .setRequireExpirationTime()
            .setRequireSubject()
            .setAllowedClockSkewInSeconds(CLOCKS_DIFFER_SECONDS);
    if (settings.issuer() != null) {
      builder.setExpectedIssuer(settings.issuer());
    }
    if (settings.audience() == null) {
      builder.setSkipDefaultAudienceValidation();
    } else {
      builder.setExpectedAudience(settings.audience());
    }
    if (settings.secret() != null) {
      builder
          .setVerificationKey(new HmacKey(settings.secret().getBytes(StandardCharsets.UTF_8)))
          .setJwsAlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256);
    } else {
      builder.setJwsAlgorithmConstraints(
          new AlgorithmConstraints(ConstraintType.PERMIT, BY_PRIVATE_KEY));
      builder.setVerificationKeyResolver(keys);
    }
    this.consumer = builder.build();
  }

  /**
   * Who sends this header.
   *
   * @param authorization null for none
   * @throws RefusedException where the token is not good
   */
  public Caller read(String authorization) throws RefusedException {
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new RefusedException(Reason.MISSING);
    }
    String token = authorization.substring(BEARER.length()).strip();
    if (token.length() > LENGTH_MAX) {
      throw new RefusedException(Reason.MALFORMED);
    }
    requireAlgorithm(token);
    try {
      return caller(claims(token));
    } catch (InvalidJwtException e) {
      throw new RefusedException(reason(e), e);
    } catch (MalformedClaimException e) {
      throw new RefusedException(Reason.CLAIMS, e);
    } catch (RuntimeException e) {
      // The library takes what should be a text for one.
      throw new RefusedException(Reason.MALFORMED, e);
    }
  }

  private JwtClaims claims(String token) throws InvalidJwtException {
    Object judgedBy = keys == null ? null : keys.current();
    try {
      return consumer.processToClaims(token);
    } catch (InvalidJwtException e) {
      if (keys != null
          && e.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)
          && keys.isNewerThan(judgedBy)) {
        return consumer.processToClaims(token);
      }
      throw e;
    }
  }

  /** First of all: no key is looked for by a token that says itself how it is to be read. */
  private void requireAlgorithm(String token) throws RefusedException {
    String algorithm;
    try {
      algorithm = JsonWebStructure.fromCompactSerialization(token).getAlgorithmHeaderValue();
    } catch (JoseException | RuntimeException e) {
      throw new RefusedException(Reason.MALFORMED, e);
    }
    boolean good =
        settings.secret() != null
            ? AlgorithmIdentifiers.HMAC_SHA256.equals(algorithm)
            : Arrays.asList(BY_PRIVATE_KEY).contains(algorithm);
    if (!good) {
      throw new RefusedException(Reason.ALGORITHM);
    }
  }

  private Caller caller(JwtClaims claims) throws RefusedException, MalformedClaimException {
    Set<String> workspaces = new LinkedHashSet<>();
    if (claims.hasClaim(settings.workspacesClaim())) {
      Object claim = claims.getClaimValue(settings.workspacesClaim());
      if (!(claim instanceof List<?> list)) {
        throw new RefusedException(Reason.CLAIMS);
      }
      for (Object each : list) {
        if (!(each instanceof String name)) {
          throw new RefusedException(Reason.CLAIMS);
        }
        workspaces.add(name);
      }
    }
    boolean operator = Boolean.TRUE.equals(claims.getClaimValue(settings.operatorClaim()));
    return new Caller(claims.getSubject(), workspaces, operator);
  }

  private static Reason reason(InvalidJwtException e) {
    if (e.hasErrorCode(ErrorCodes.EXPIRED) || e.hasErrorCode(ErrorCodes.EXPIRATION_MISSING)) {
      return Reason.EXPIRED;
    } else if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
      return Reason.NOT_YET;
    } else if (e.hasErrorCode(ErrorCodes.ISSUER_INVALID)
        || e.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
      return Reason.ISSUER;
    } else if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
        || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
      return Reason.AUDIENCE;
    } else if (e.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)
        || e.hasErrorCode(ErrorCodes.SIGNATURE_MISSING)) {
      return Reason.SIGNATURE;
    } else if (e.hasErrorCode(ErrorCodes.SUBJECT_MISSING)) {
      return Reason.CLAIMS;
    }
    Reason reason = Reason.MALFORMED;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return Reason.KEYS_AWAY;
      } else if (cause instanceof UnresolvableKeyException) {
        reason = Reason.SIGNATURE;
      }
    }
    return reason;
  }

  @Override
  public void close() {
    if (keys != null) {
      keys.close();
    }
  }
}
