package dev.rollcall.node;

import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/**
 * Mutual TLS of the event bus: what nodes say to one another is encrypted, and only who has a
 * certificate of the given authority is heard. Names are not checked, as pods have none: the
 * authority must be one that signs for the nodes of this cluster alone.
 *
 * <p>What members of the cluster manager say to one another, who is a member, is not encrypted: its
 * open-source edition can't. That port must be fenced by the network.
 *
 * @param certFile this node's certificate, PEM, those between it and the authority after it
 * @param keyFile its private key, PEM, PKCS #8
 * @param caFile the authority's certificate, PEM
 * @param expires when this node's certificate does: it is read at the start alone
 */
record BusTls(String certFile, String keyFile, String caFile, Instant expires) {
  private static final String CERT = "ROLLCALL_BUS_TLS_CERT_FILE";
  private static final String KEY = "ROLLCALL_BUS_TLS_KEY_FILE";
  private static final String CA = "ROLLCALL_BUS_TLS_CA_FILE";

  /** Nothing where none of the three files is named; all of them must be, or none. */
  static Optional<BusTls> from(Environment environment) {
    if (environment.optional(CERT).isEmpty()
        && environment.optional(KEY).isEmpty()
        && environment.optional(CA).isEmpty()) {
      return Optional.empty();
    }
    String cert = file(environment, CERT);
    String key = file(environment, KEY);
    String ca = file(environment, CA);
    Instant expires = expires(environment, CERT, cert);
    expires(environment, CA, ca);
    return Optional.of(new BusTls(cert, key, ca, expires));
  }

  private static String file(Environment environment, String name) {
    String file =
        environment.required(name, "TLS of the event bus takes a certificate, key and authority");
    if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
      environment.problem(name + " can't be read: " + file);
    }
    return file;
  }

  private static Instant expires(Environment environment, String name, String file) {
    if (file.isEmpty() || !Files.isReadable(Path.of(file))) {
      return Instant.EPOCH;
    }
    try (InputStream pem = Files.newInputStream(Path.of(file))) {
      CertificateFactory certificates = CertificateFactory.getInstance("X.509");
      X509Certificate first = (X509Certificate) certificates.generateCertificate(pem);
      first.checkValidity();
      return first.getNotAfter().toInstant();
    } catch (CertificateException | IOException refused) {
      environment.problem(name + " is no valid certificate: " + refused.getMessage());
      return Instant.EPOCH;
    }
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
