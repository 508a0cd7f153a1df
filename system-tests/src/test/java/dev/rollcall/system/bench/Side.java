package dev.rollcall.system.bench;

/** The two bridges that are measured. */
enum Side {
  VERTX("Vert.x", StockBridge.class) {
    @Override
    String publish(int node, String topic, String payload) {
      return "{\"type\":\"publish\",\"address\":\"%s\",\"body\":\"%s\"}".formatted(topic, payload);
    }
  },

  ROLLCALL("Rollcall", RollcallBridge.class) {
    @Override
    String publish(int node, String topic, String payload) {
      return "{\"type\":\"send\",\"address\":\"%s\",\"body\":{\"topic\":\"%s\",\"b\":\"%s\"}}"
          .formatted(RollcallBridge.address(node), topic, payload);
    }
  };

  private final String title;
  private final Class<?> main;

  Side(String title, Class<?> main) {
    this.title = title;
    this.main = main;
  }

  String title() {
    return title;
  }

  Class<?> main() {
    return main;
  }

  /**
   * Returns what a client sends so that all subscribers of a topic get a payload.
   *
   * @param node the number of the node to which the client is connected
   */
  abstract String publish(int node, String topic, String payload);
}
