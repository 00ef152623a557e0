// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.external;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for localhost that only those trust who have it, in the forms that servers want.
 *
 * @param keyStore with the private key
 * @param trustStore with the certificate alone
 */
record Certificate(Path keyStore, Path trustStore, Path pem, Path keyPem) {
  static final String PASSWORD = "store-password";

  /** Makes it in a folder with the JDK's keytool. */
  static Certificate in(Path folder) throws Exception {
    Certificate made =
        new Certificate(
            folder.resolve("key.p12"),
            folder.resolve("trust.p12"),
            folder.resolve("server.pem"),
            folder.resolve("server.key"));
    made.keytool(
        "-genkeypair",
        "-keystore",
        made.keyStore.toString(),
        "-keyalg",
        "RSA",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost,ip:127.0.0.1",
        "-validity",
        "30");
    made.keytool(
        "-exportcert", "-keystore", made.keyStore.toString(), "-rfc", "-file", made.pem.toString());
    made.keytool(
        "-importcert",
        "-keystore",
        made.trustStore.toString(),
        "-file",
        made.pem.toString(),
        "-noprompt");
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(made.keyStore)) {
      store.load(in, PASSWORD.toCharArray());
    }
    Key key = store.getKey("server", PASSWORD.toCharArray());
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
    Files.writeString(
        made.keyPem, "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
    return made;
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "server", "-storetype", "PKCS12", "-storepass", PASSWORD));
    Servers.run(pem.resolveSibling("keytool.log"), command);
  }
}
