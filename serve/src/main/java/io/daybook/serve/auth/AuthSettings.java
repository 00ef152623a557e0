// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.auth;

import java.nio.charset.StandardCharsets;

/**
 * Which tokens are good. One of secret and jwks is given.
 *
 * @param secret of HS256, at least 32 bytes; null for none
 * @param jwks file, or http(s) URL, of a JSON Web Key Set with public keys; null for none
 * @param issuer that {@code iss} must be; null for any
 * @param audience that {@code aud} must have; null for any
 * @param workspacesClaim name of the claim that lists workspaces, {@code *} for all
 * @param operatorClaim name of the claim that is true for operators
 */
public record AuthSettings(
    String secret,
    String jwks,
    String issuer,
    String audience,
    String workspacesClaim,
    String operatorClaim) {
  /** Of HS256: RFC 7518 asks for a key as long as the hash. */
  public static final int SECRET_BYTES_MIN = 32;

  public AuthSettings {
    if ((secret == null) == (jwks == null)) {
      throw new IllegalArgumentException("exactly one of a secret and a key set is needed");
    }
    if (secret != null && secret.getBytes(StandardCharsets.UTF_8).length < SECRET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "the secret should have at least " + SECRET_BYTES_MIN + " bytes");
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "tokens of %s".formatted(jwks == null ? "a shared secret" : jwks);
  }
}
