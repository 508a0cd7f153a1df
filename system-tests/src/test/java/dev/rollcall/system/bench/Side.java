package dev.rollcall.system.bench;

/** The two bridges that are measured. */
enum Side {
  VERTX("Vert.x", StockBridge.class, false) {
    @Override
    String publish(int node, String topic, String payload) {
      return "{\"type\":\"publish\",\"address\":\"%s\",\"body\":\"%s\"}".formatted(topic, payload);
    }
  },

  ROLLCALL("Rollcall", RollcallBridge.class, true) {
    @Override
    String publish(int node, String topic, String payload) {
      return "{\"type\":\"send\",\"address\":\"%s\",\"body\":{\"topic\":\"%s\",\"b\":\"%s\"}}"
          .formatted(RollcallBridge.address(node), topic, payload);
    }
  };

  private final String title;
  private final Class<?> main;
  private final boolean acknowledges;

  Side(String title, Class<?> main, boolean acknowledges) {
    this.title = title;
    this.main = main;
    this.acknowledges = acknowledges;
  }

  String title() {
    return title;
  }

  Class<?> main() {
    return main;
  }

  /** Tells whether a client can be told that it is registered. */
  boolean acknowledges() {
    return acknowledges;
  }

  /**
   * Returns what a client sends so that all subscribers of a topic get a payload.
   *
   * @param node the number of the node to which the client is connected
   */
  abstract String publish(int node, String topic, String payload);
}
