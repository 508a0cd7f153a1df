package dev.rollcall.orders;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.impl.RequestParameterImpl;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads what a request says, to the letter, for the contract's validator to judge.
 *
 * <p>The validator's own way guesses: it reads a parameter as JSON, whatever its type, decodes what
 * was not encoded, takes the first of several, and trims. A key {@code 7.0} is then no string to
 * it, a key {@code 50%} is a fault, and a line's end passes as part of a number.
 */
final class StrictExtractor implements RequestExtractor {
  private static final Pattern INTEGER = Pattern.compile("-?\\d+");

  @Override
  public Future<ValidatableRequest> extractValidatableRequest(
      RoutingContext request, Operation operation) {
    Map<Location, Map<String, RequestParameter>> values = new EnumMap<>(Location.class);
    for (Location location : Location.values()) {
      values.put(location, new HashMap<>());
    }
    for (Parameter parameter : operation.getParameters()) {
      values.get(parameter.getIn()).put(parameter.getName(), value(request, parameter));
    }
    boolean takesBody = operation.getRequestBody() != null;
    return Future.succeededFuture(
        new ValidatableRequestImpl(
            values.get(Location.COOKIE),
            values.get(Location.HEADER),
            values.get(Location.PATH),
            values.get(Location.QUERY),
            new RequestParameterImpl(takesBody ? body(request) : null),
            // That it is nothing else was seen before the body was read.
            takesBody ? "application/json" : null));
  }

  private static Buffer body(RoutingContext request) {
    Buffer body = request.body().buffer();
    if (body != null && body.length() > 0) {
      StrictJson.check(body);
    }
    return body;
  }

  private static RequestParameter value(RoutingContext request, Parameter parameter) {
    List<String> all = all(request, parameter);
    Rejected.unless(all.size() <= 1, parameter.getName(), "comes more than once");
    return new RequestParameterImpl(all.isEmpty() ? null : json(parameter, all.get(0)));
  }

  private static List<String> all(RoutingContext context, Parameter parameter) {
    HttpServerRequest request = context.request();
    String name = parameter.getName();
    return switch (parameter.getIn()) {
      case HEADER -> request.headers().getAll(name);
      case QUERY -> context.queryParams().getAll(name);
      case PATH -> List.of(context.pathParam(name));
      case COOKIE -> throw new IllegalStateException("no operation takes a cookie");
    };
  }

  /** As the validator reads it back: what is not written as its type asks is text to it. */
  private static String json(Parameter parameter, String value) {
    boolean integer =
        parameter.getSchemaType() == SchemaType.INTEGER && INTEGER.matcher(value).matches();
    return integer ? value : Json.encode(value);
  }
}
