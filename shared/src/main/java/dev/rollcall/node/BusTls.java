package dev.rollcall.node;

import static java.util.Comparator.naturalOrder;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * Mutual TLS of the event bus: what nodes say to one another is encrypted, and only who has a
 * certificate of the given authority is heard. Names are not checked, as pods have none: the
 * authority must be one that signs for the nodes of this cluster alone.
 *
 * <p>What members of the cluster manager say to one another, who is a member, is not encrypted: its
 * open-source edition can't. That port must be fenced by the network.
 *
 * @param certFile this node's certificate, PEM, those between it and the authority after it
 * @param keyFile its private key, RSA or EC, PEM, not encrypted
 * @param caFile the authority's certificate, PEM
 * @param expires when the first of them does: they are read at the start alone
 */
record BusTls(String certFile, String keyFile, String caFile, Instant expires) {
  private static final String CERT = "ROLLCALL_BUS_TLS_CERT_FILE";
  private static final String KEY = "ROLLCALL_BUS_TLS_KEY_FILE";
  private static final String CA = "ROLLCALL_BUS_TLS_CA_FILE";

  /** Nothing where none of the three files is named; all of them must be, or none. */
  static Optional<BusTls> from(Environment environment) {
    if (Stream.of(CERT, KEY, CA).allMatch(name -> environment.optional(name).isEmpty())) {
      return Optional.empty();
    }
    Optional<Buffer> cert = read(environment, CERT);
    Optional<Buffer> key = read(environment, KEY);
    Optional<Buffer> ca = read(environment, CA);
    List<X509Certificate> chain =
        cert.map(pem -> certificates(environment, CERT, pem)).orElse(List.of());
    List<X509Certificate> authorities =
        ca.map(pem -> certificates(environment, CA, pem)).orElse(List.of());
    if (key.isPresent() && !chain.isEmpty() && !authorities.isEmpty()) {
      checkKey(environment, cert.orElseThrow(), key.get(), chain.get(0));
      checkTrust(environment, chain, authorities);
    }
    return Optional.of(
        new BusTls(
            environment.text(CERT, ""),
            environment.text(KEY, ""),
            environment.text(CA, ""),
            expires(chain, authorities)));
  }

  private static Optional<Buffer> read(Environment environment, String name) {
    String file =
        environment.required(name, "TLS of the event bus takes a certificate, key and authority");
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Buffer.buffer(Files.readAllBytes(Path.of(file))));
    } catch (IOException | InvalidPathException unreadable) {
      environment.problem(name + " can't be read: " + file);
      return Optional.empty();
    }
  }

  private static List<X509Certificate> certificates(
      Environment environment, String name, Buffer pem) {
    try {
      List<X509Certificate> all = new ArrayList<>();
      for (Certificate each :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem.getBytes()))) {
        all.add((X509Certificate) each);
      }
      if (all.isEmpty()) {
        environment.problem(name + " is no valid certificate: there is none in it");
      } else if (name.equals(CERT)) {
        all.get(0).checkValidity();
      }
      return all;
    } catch (CertificateException refused) {
      environment.problem(name + " is no valid certificate: " + refused.getMessage());
      return List.of();
    }
  }

  /** While an authority changes there are two, and the older one may end. */
  private static Instant expires(List<X509Certificate> chain, List<X509Certificate> authorities) {
    Optional<Instant> latest = authorities.stream().map(BusTls::end).max(naturalOrder());
    return Stream.concat(chain.stream().map(BusTls::end), latest.stream())
        .min(naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  /** By Vert.x' own reading of the files. */
  private static void checkKey(
      Environment environment, Buffer cert, Buffer key, X509Certificate certified) {
    try {
      X509KeyManager keys =
          (X509KeyManager)
              new PemKeyCertOptions()
                  .addCertValue(cert)
                  .addKeyValue(key)
                  .getKeyManagerFactory(null)
                  .getKeyManagers()[0];
      String[] aliases =
          keys.getServerAliases(certified.getPublicKey().getAlgorithm(), new Principal[0]);
      if (!fits(keys.getPrivateKey(aliases[0]), certified.getPublicKey())) {
        environment.problem(KEY + " is not the key of " + CERT);
      }
    } catch (Exception refused) {
      environment.problem(KEY + " and " + CERT + " can't be used: " + refused.getMessage());
    }
  }

  /** By what a handshake asks: what other nodes would refuse, they refuse without a word to us. */
  private static void checkTrust(
      Environment environment, List<X509Certificate> chain, List<X509Certificate> authorities) {
    try {
      X509TrustManager trust = trusting(authorities);
      X509Certificate[] shown = chain.toArray(X509Certificate[]::new);
      // Every node calls others, and is called.
      trust.checkServerTrusted(shown, "UNKNOWN");
      trust.checkClientTrusted(shown, "UNKNOWN");
    } catch (GeneralSecurityException | IOException refused) {
      environment.problem(CERT + " is refused by " + CA + ": " + refused.getMessage());
    }
  }

  private static X509TrustManager trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    for (X509Certificate each : authorities) {
      trusted.setCertificateEntry("authority " + trusted.size(), each);
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    return (X509TrustManager) managers.getTrustManagers()[0];
  }

  private static boolean fits(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    return signature.verify(signed);
  }

  void apply(EventBusOptions options) {
    options
        .setSsl(true)
        .setKeyCertOptions(new PemKeyCertOptions().addCertPath(certFile).addKeyPath(keyFile))
        .setTrustOptions(new PemTrustOptions().addCertPath(caFile))
        // The default of the bus is to trust everybody.
        .setTrustAll(false)
        .setClientAuth(ClientAuth.REQUIRED);
  }
}
