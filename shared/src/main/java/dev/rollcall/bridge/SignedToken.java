package dev.rollcall.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Optional;

/**
 * A token taken apart, with nothing of it believed: {@code header.claims.signature}, each in
 * base64url (RFC 7515). The claims stay as they are until a key has verified them, so a stranger
 * costs the parsing of a header.
 */
final class SignedToken {
  /** Longer ones fit no header of a request either. */
  private static final int MAX_LENGTH = 8 * 1024;

  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final String token;
  private final int claimsStart;
  private final int claimsEnd;
  private final TokenAlgorithm algorithm;
  private final Optional<String> keyId;
  private final byte[] signature;

  private SignedToken(String token, int claimsStart, int claimsEnd) throws RefusedToken {
    this.token = token;
    this.claimsStart = claimsStart;
    this.claimsEnd = claimsEnd;
    this.signature = bytes(token.substring(claimsEnd + 1));
    JsonObject header = json(token.substring(0, claimsStart - 1));
    this.algorithm = algorithm(header);
    this.keyId = keyId(header);
  }

  static SignedToken parse(String token) throws RefusedToken {
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (token.length() > MAX_LENGTH || second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw new RefusedToken(TokenRefusal.MALFORMED);
    }
    return new SignedToken(token, first + 1, second);
  }

  static String sign(JsonObject claims, TokenKey key) {
    JsonObject header = new JsonObject().put("alg", key.algorithm().name()).put("typ", "JWT");
    String content = encode(header.toBuffer()) + "." + encode(claims.toBuffer());
    return content + "." + ENCODER.encodeToString(key.sign(content.getBytes(US_ASCII)));
  }

  TokenAlgorithm algorithm() {
    return algorithm;
  }

  Optional<String> keyId() {
    return keyId;
  }

  /** Returns the claims once the key has verified them. */
  JsonObject claims(TokenKey key) throws RefusedToken {
    if (!key.verifies(token.substring(0, claimsEnd).getBytes(US_ASCII), signature)) {
      throw new RefusedToken(TokenRefusal.SIGNATURE);
    }
    return json(token.substring(claimsStart, claimsEnd));
  }

  private static TokenAlgorithm algorithm(JsonObject header) throws RefusedToken {
    // What is critical to its reader is not understood here.
    if (!(header.getValue("alg") instanceof String name) || header.containsKey("crit")) {
      throw new RefusedToken(TokenRefusal.MALFORMED);
    }
    return TokenAlgorithm.of(name).orElseThrow(() -> new RefusedToken(TokenRefusal.SIGNATURE));
  }

  private static Optional<String> keyId(JsonObject header) throws RefusedToken {
    Object id = header.getValue("kid");
    if (id != null && !(id instanceof String)) {
      throw new RefusedToken(TokenRefusal.MALFORMED);
    }
    return Optional.ofNullable((String) id);
  }

  private static JsonObject json(String segment) throws RefusedToken {
    try {
      return new JsonObject(Buffer.buffer(bytes(segment)));
    } catch (DecodeException | ClassCastException malformed) {
      throw new RefusedToken(TokenRefusal.MALFORMED);
    }
  }

  /** Each content has one spelling: the decoder alone would pass padding and bits to spare. */
  private static byte[] bytes(String segment) throws RefusedToken {
    try {
      byte[] bytes = DECODER.decode(segment);
      if (bytes.length > 0 && ENCODER.encodeToString(bytes).equals(segment)) {
        return bytes;
      }
    } catch (IllegalArgumentException malformed) {
      // As one that has another spelling.
    }
    throw new RefusedToken(TokenRefusal.MALFORMED);
  }

  private static String encode(Buffer json) {
    return ENCODER.encodeToString(json.getBytes());
  }
}
