package dev.rollcall.bridge;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * One implementation of the bridge, serving under {@code /eventbus}: browsers may register on
 * {@code room:*}, and send and publish to what {@link ContractServices} names. What differs between
 * the two by intention is a method here; all else is the contract.
 */
interface BridgeUnderTest extends AutoCloseable {
  /** The two of them; each start is an instance of its own. */
  enum Implementation {
    VERTX,
    ROLLCALL;

    BridgeUnderTest start() {
      return switch (this) {
        case VERTX -> StockBridge.start();
        case ROLLCALL -> RollcallBridge.start();
      };
    }
  }

  /** The instance that serves; the services of the test are on its bus. */
  Vertx vertx();

  int port();

  /** The headers without which nobody is let in. */
  Map<String, String> credentials();

  /** Sends to all who have registered on the topic. */
  void broadcast(String topic, String event, JsonObject payload);

  /** How many addresses one connection may register on. */
  int maxHandlers();

  /** The {@code failureCode} of a send that reached no service. */
  int unreachedCode();

  @Override
  void close();
}
