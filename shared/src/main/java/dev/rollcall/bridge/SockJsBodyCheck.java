package dev.rollcall.bridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;

/**
 * Lets no array through that has something else than texts in it: vertx-web would lose all that
 * follows on it. What is no JSON it refuses itself.
 */
final class SockJsBodyCheck implements Handler<RoutingContext> {
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public void handle(RoutingContext request) {
    Buffer body = request.body().buffer();
    if (body == null || isOfTexts(body)) {
      request.next();
    } else {
      Problem.send(request, 400, "each message is to be a text");
    }
  }

  /** Token by token: it is looked at once more when it is read. */
  private static boolean isOfTexts(Buffer body) {
    try (JsonParser json = JSON.createParser(body.getBytes())) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        return true;
      }
      JsonToken next = json.nextToken();
      while (next == JsonToken.VALUE_STRING) {
        next = json.nextToken();
      }
      return next == JsonToken.END_ARRAY;
    } catch (IOException malformed) {
      return true;
    }
  }
}
