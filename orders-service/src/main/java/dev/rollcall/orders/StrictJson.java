package dev.rollcall.orders;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.buffer.Buffer;
import io.vertx.openapi.validation.ValidatorErrorType;
import io.vertx.openapi.validation.ValidatorException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * JSON as RFC 8259 and I-JSON have it, so that nobody in between can read it differently: UTF-8 and
 * nothing that only resembles it, no byte order mark, no comments, no field twice, and no number
 * that would become a whole one as a double.
 */
final class StrictJson {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private StrictJson() {}

  /**
   * @throws ValidatorException when it is anything else
   */
  static void check(Buffer body) {
    try {
      // The decoder of the JDK reports what is no UTF-8; a parser of bytes would guess UTF-16 too.
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
      try (JsonParser parser = JSON.createParser(text)) {
        for (JsonToken each = parser.nextToken(); each != null; each = parser.nextToken()) {
          if (each == JsonToken.VALUE_NUMBER_FLOAT) {
            checkFraction(decimal(parser));
          }
        }
      }
    } catch (IOException malformed) {
      throw new ValidatorException(
          "The body is not JSON in UTF-8 that names each field once",
          ValidatorErrorType.ILLEGAL_VALUE);
    }
  }

  private static BigDecimal decimal(JsonParser parser) throws IOException {
    try {
      return parser.getDecimalValue();
    } catch (NumberFormatException endless) {
      // Its exponent is beyond what a decimal can have.
      throw unreadable();
    }
  }

  /** Whoever reads it as a double must not take a fraction of a cent for none. */
  private static void checkFraction(BigDecimal number) {
    if (isWhole(number)) {
      return;
    }
    double read = number.doubleValue();
    if (read == Math.rint(read)) {
      throw unreadable();
    }
  }

  /** Of the largest exponents no zero can be taken away: their scale has an end. */
  private static boolean isWhole(BigDecimal number) {
    return number.signum() == 0 || number.scale() <= 0 || number.stripTrailingZeros().scale() <= 0;
  }

  private static ValidatorException unreadable() {
    return new ValidatorException(
        "A number of the body has more digits than are read", ValidatorErrorType.ILLEGAL_VALUE);
  }
}
