package dev.rollcall.orders;

import dev.rollcall.database.Database;
import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong, as a client reads it: RFC 9457, and never anything of our insides. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final String RETRY_AFTER_SECONDS = "5";

  private Problems() {}

  /** Answers a request that failed. */
  static void answer(RoutingContext request) {
    if (request.failure() instanceof HttpClosedException) {
      // The client has gone in the middle of its request, and nobody is there to hear more.
      return;
    }
    if (request.response().headWritten()) {
      request.response().reset();
      return;
    }
    Problem problem = of(request.statusCode(), request.failure());
    if (problem.status() == 500) {
      String route = request.request().method() + " " + request.normalizedPath();
      LOG.error("{} failed", route, request.failure());
    }
    answer(request, problem);
  }

  static void answer(RoutingContext request, Problem problem) {
    if (problem.status() == 503) {
      request.response().putHeader("Retry-After", RETRY_AFTER_SECONDS);
    }
    request
        .response()
        .setStatusCode(problem.status())
        .putHeader("Content-Type", "application/problem+json")
        .end(problem.toJson().toBuffer());
  }

  /**
   * @param status what the router made of the failure
   * @param failure may be null, when the router found nothing to call
   */
  static Problem of(int status, Throwable failure) {
    Throwable cause = failure instanceof HttpException wrapped ? wrapped.getCause() : failure;
    if (cause instanceof Rejected rejected) {
      return Problem.invalid(List.of(new Problem.Field(rejected.field(), rejected.getMessage())));
    }
    if (cause instanceof SchemaValidationException invalid) {
      return Problem.invalid(Violations.of(invalid));
    }
    if (cause instanceof ValidatorException malformed) {
      return Problem.malformed(malformed.getMessage());
    }
    if (cause != null && Database.unavailable(cause)) {
      return new Problem(503, "The database is away. The same may succeed later.");
    }
    if (cause != null && (status == 400 || status == 200)) {
      // The router could not read the request: its head, or, with a 200, what came after it.
      return Problem.ofStatus(400);
    }
    return Problem.ofStatus(cause == null && status >= 400 ? status : 500);
  }
}
