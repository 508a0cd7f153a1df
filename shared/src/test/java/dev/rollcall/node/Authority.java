package dev.rollcall.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An authority of its own, with one certificate that it signed, and one that is over; by keytool.
 */
final class Authority {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  Authority(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
    this.folder = Files.createDirectories(folder);
    keytool("-genkeypair", "-alias", "ca", "-dname", "CN=ca", "-ext", "bc:c");
    keytool("-genkeypair", "-alias", "node", "-dname", "CN=node");
    keytool("-genkeypair", "-alias", "over", "-dname", "CN=over", "-startdate", "-3d");
    keytool("-certreq", "-alias", "node", "-file", file("node.csr"));
    keytool("-gencert", "-alias", "ca", "-infile", file("node.csr"), "-outfile", file("node.der"));
    keytool("-importcert", "-alias", "node", "-file", file("node.der"), "-noprompt");
    export();
  }

  Path cert() {
    return folder.resolve("node.pem");
  }

  Path key() {
    return folder.resolve("key.pem");
  }

  Path ca() {
    return folder.resolve("ca.pem");
  }

  /** Returns a certificate whose time is over. */
  Path expired() {
    return folder.resolve("over.pem");
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private void export() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream stored = Files.newInputStream(folder.resolve("keys"))) {
      keys.load(stored, PASSWORD.toCharArray());
    }
    write(ca(), "CERTIFICATE", keys.getCertificate("ca").getEncoded());
    write(expired(), "CERTIFICATE", keys.getCertificate("over").getEncoded());
    Certificate node = keys.getCertificate("node");
    write(cert(), "CERTIFICATE", node.getEncoded());
    write(key(), "PRIVATE KEY", keys.getKey("node", PASSWORD.toCharArray()).getEncoded());
  }

  private static void write(Path file, String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private void keytool(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(words));
    command.addAll(List.of("-keystore", file("keys"), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD));
    if (words[0].equals("-genkeypair")) {
      command.addAll(List.of("-keyalg", "EC"));
    }
    if (words[0].startsWith("-gen")) {
      command.addAll(List.of("-validity", "2"));
    }
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.log").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException(Files.readString(folder.resolve("keytool.log")));
    }
  }
}
