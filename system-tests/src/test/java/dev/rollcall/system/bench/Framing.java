package dev.rollcall.system.bench;

/** How the bridge's protocol goes over a WebSocket. */
enum Framing {
  RAW {
    @Override
    String path(int connection) {
      return "/eventbus/websocket";
    }

    @Override
    String wrap(String json) {
      return json;
    }
  },

  SOCKJS {
    @Override
    String path(int connection) {
      return "/eventbus/000/s%07d/websocket".formatted(connection);
    }

    @Override
    String wrap(String json) {
      return "[\"" + json.replace("\"", "\\\"") + "\"]";
    }
  };

  abstract String path(int connection);

  /** Returns a message of a client as it is sent; it has no backslash in it. */
  abstract String wrap(String json);

  byte[] frame(String json) {
    return ClientFrames.text(wrap(json));
  }

  byte[] ping() {
    return frame("{\"type\":\"ping\"}");
  }

  byte[] register(String topic) {
    return frame("{\"type\":\"register\",\"address\":\"" + topic + "\"}");
  }
}
