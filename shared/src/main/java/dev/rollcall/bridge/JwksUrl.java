package dev.rollcall.bridge;

import com.nimbusds.jose.jwk.JWKSet;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/**
 * Fetches the issuer's JWKS: within a time, up to a size, and from the very place that it was told.
 */
final class JwksUrl implements IssuerKeys.Source {
  static final long TIMEOUT_MILLIS = 5_000;

  private final HttpClient client;
  private final URI url;
  private final long timeoutMillis;

  JwksUrl(Vertx vertx, URI url, long timeoutMillis) {
    this.client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
    this.url = url;
    this.timeoutMillis = timeoutMillis;
  }

  @Override
  public Future<JWKSet> read() {
    return client
        .request(
            new RequestOptions()
                .setAbsoluteURI(url.toString())
                .setFollowRedirects(false)
                .setTimeout(timeoutMillis))
        .compose(this::send);
  }

  private Future<JWKSet> send(HttpClientRequest request) {
    return request
        .putHeader("Accept", "application/json")
        .send()
        .compose(JwksUrl::body)
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onFailure(fault -> request.reset())
        .compose(JwksUrl::parse);
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(whole::tryFail);
    if (response.statusCode() != 200) {
      return Future.failedFuture(new IOException("answered with " + response.statusCode()));
    }
    response.endHandler(end -> whole.tryComplete(body));
    response.handler(
        part -> {
          if (body.length() + part.length() > TokenKeys.MAX_BYTES) {
            whole.tryFail(new IOException("longer than " + TokenKeys.MAX_BYTES + " bytes"));
          } else {
            body.appendBuffer(part);
          }
        });
    return whole.future();
  }

  private static Future<JWKSet> parse(Buffer json) {
    try {
      return Future.succeededFuture(TokenKeys.parse(json));
    } catch (IOException malformed) {
      return Future.failedFuture(malformed);
    }
  }
}
