// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.api;

import static io.daybook.cli.api.ApiRig.header;
import static io.daybook.cli.api.ApiRig.json;
import static io.daybook.cli.api.ApiRig.rollup;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import io.daybook.cli.Await;
import io.daybook.cli.ServeFixture;
import io.daybook.serve.auth.AuthSettings;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and who is not. */
class ApiAuthIT {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "fedcba9876543210fedcba9876543210";

  @TempDir private Path folder;

  @Test
  void onlyGoodTokensAreLetInAndOnlyToTheirWorkspaces() throws Exception {
    AuthSettings auth =
        new AuthSettings(SECRET, null, "issuer", "daybook", "workspaces", "daybook_operator");
    try (ServeFixture fixture = ServeFixture.start()) {
      fixture.install();
      try (ApiRig api = rig(fixture, auth)) {
        assertEquals(200, status(api, "7", hmac(good(), SECRET)));
        JwtClaims all = good();
        all.setStringListClaim("workspaces", "*");
        assertEquals(200, status(api, "8", hmac(all, SECRET)));
        for (String workspace : List.of("8", "77", "*")) {
          assertEquals(403, status(api, workspace, hmac(good(), SECRET)));
        }
        JwtClaims none = good();
        none.unsetClaim("workspaces");
        assertEquals(403, status(api, "7", hmac(none, SECRET)));
        assertEquals(Map.of("FORBIDDEN", 4L), api.server.refused());

        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("MISSING", null);
        refused.put("MALFORMED", "not.a.token");
        refused.put("SIGNATURE", hmac(good(), OTHER));
        JwtClaims expired = good();
        expired.setExpirationTimeMinutesInTheFuture(-2);
        refused.put("EXPIRED", hmac(expired, SECRET));
        JwtClaims later = good();
        later.setNotBeforeMinutesInThePast(-4);
        refused.put("NOT_YET", hmac(later, SECRET));
        JwtClaims issuer = good();
        issuer.setIssuer("somebody");
        refused.put("ISSUER", hmac(issuer, SECRET));
        JwtClaims audience = good();
        audience.setAudience("another");
        refused.put("AUDIENCE", hmac(audience, SECRET));
        JwtClaims claims = good();
        claims.setClaim("workspaces", "7");
        refused.put("CLAIMS", hmac(claims, SECRET));
        refused.put("ALGORITHM", unsigned(good()));
        Map<String, Long> counted = new TreeMap<>(api.server.refused());
        for (Map.Entry<String, String> each : refused.entrySet()) {
          HttpResponse<String> response = read(api, "7", each.getValue());
          assertEquals(401, response.statusCode(), each.getKey());
          assertEquals("UNAUTHORIZED", json(response).get("error").asText());
          assertEquals(
              each.getValue() == null ? "Bearer" : "Bearer error=\"invalid_token\"",
              header(response, "www-authenticate"));
          counted.put(each.getKey(), 1L);
        }
        assertEquals(counted, api.server.refused());
        for (String header : List.of("{\"alg\":5}", "{\"alg\":\"HS256\",\"kid\":7}", "[]", "7")) {
          assertEquals(401, status(api, "7", base64(header) + "." + base64("{}") + ".AA"), header);
        }
      }
      fixture.uninstall();
    }
  }

  @Test
  void aKeySetAdmitsWhatItsPrivateKeysHaveSignedAndNothingThatItsPublicKeysCould()
      throws Exception {
    RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
    key.setKeyId("one");
    Path jwks = folder.resolve("jwks.json");
    Files.writeString(
        jwks, new JsonWebKeySet(key).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    AuthSettings auth =
        new AuthSettings(null, jwks.toString(), null, null, "workspaces", "daybook_operator");
    try (ServeFixture fixture = ServeFixture.start()) {
      fixture.install();
      try (ApiRig api = rig(fixture, auth)) {
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(good().toJson());
        token.setKey(key.getPrivateKey());
        token.setKeyIdHeaderValue("one");
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        assertEquals(200, status(api, "7", token.getCompactSerialization()));
        assertEquals(401, status(api, "7", hmac(good(), SECRET)));
        String pem =
            "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.getPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        assertEquals(401, status(api, "7", hmac(good(), pem)), "the public key as a secret");
        assertEquals(401, status(api, "7", unsigned(good())));
      }
      fixture.uninstall();
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String signed(RsaJsonWebKey by) throws Exception {
    JsonWebSignature token = new JsonWebSignature();
    token.setPayload(good().toJson());
    token.setKey(by.getPrivateKey());
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
    return token.getCompactSerialization();
  }

  /** Tokens that do not name their key, and a server of keys that goes. */
  @Test
  void aKeySetIsReadAgainWhenItsKeysChangeAndKeptWhileItCannotBeRead() throws Exception {
    RsaJsonWebKey one = RsaJwkGenerator.generateJwk(2048);
    RsaJsonWebKey other = RsaJwkGenerator.generateJwk(2048);
    AtomicReference<JsonWebKeySet> keys = new AtomicReference<>(new JsonWebKeySet(one));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              keys.get()
                  .toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    AuthSettings auth = new AuthSettings(null, url, null, null, "workspaces", "daybook_operator");
    try (ServeFixture fixture = ServeFixture.start()) {
      fixture.install();
      try (ApiRig api = rig(fixture, auth)) {
        assertEquals(200, status(api, "7", signed(one)));
        assertEquals(401, status(api, "7", signed(other)));
        keys.set(new JsonWebKeySet(one, other));
        Await.until(
            Duration.ofSeconds(20), "the other key", () -> status(api, "7", signed(other)) == 200);
        assertEquals(200, status(api, "7", signed(one)));
        server.stop(0);
        assertEquals(401, status(api, "7", signed(RsaJwkGenerator.generateJwk(2048))));
        assertEquals(200, status(api, "7", signed(one)));
        assertEquals(200, status(api, "7", signed(other)));
      } finally {
        server.stop(0);
      }
      try (ApiRig api = rig(fixture, auth)) {
        assertEquals(503, status(api, "7", signed(one)), "it was never read");
      }
      fixture.uninstall();
    }
  }

  private ApiRig rig(ServeFixture fixture, AuthSettings auth) throws Exception {
    return new ApiRig(folder, fixture.database(), fixture.database(), Duration.ZERO, 2, true, auth);
  }

  private static JwtClaims good() {
    JwtClaims claims = new JwtClaims();
    claims.setSubject("user-1");
    claims.setIssuer("issuer");
    claims.setAudience("daybook");
    claims.setExpirationTimeMinutesInTheFuture(5);
    claims.setStringListClaim("workspaces", "7", "9");
    return claims;
  }

  private static String hmac(JwtClaims claims, String secret) throws Exception {
    JsonWebSignature token = new JsonWebSignature();
    token.setPayload(claims.toJson());
    token.setKey(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)));
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
    return token.getCompactSerialization();
  }

  private static String unsigned(JwtClaims claims) throws Exception {
    JsonWebSignature token = new JsonWebSignature();
    token.setPayload(claims.toJson());
    token.setAlgorithmConstraints(AlgorithmConstraints.ALLOW_ONLY_NONE);
    token.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
    return token.getCompactSerialization();
  }

  private static int status(ApiRig api, String workspace, String token) throws Exception {
    return read(api, workspace, token).statusCode();
  }

  private static HttpResponse<String> read(ApiRig api, String workspace, String token)
      throws Exception {
    return api.send(
        "GET",
        rollup("shop_daily", "workspace", workspace, "from", "2026-01-01", "to", "2026-01-02"),
        token == null ? Map.of() : Map.of("Authorization", "Bearer " + token));
  }
}
