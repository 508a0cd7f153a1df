package dev.rollcall.system.bench;

/** How the bridge's protocol goes over a WebSocket. */
enum Framing {
  RAW {
    @Override
    String path(int connection) {
      return "/eventbus/websocket";
    }

    @Override
    String escape(String json) {
      return json;
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
    String escape(String json) {
      return json.replace("\"", "\\\"");
    }

    @Override
    String wrap(String json) {
      return "[\"" + escape(json) + "\"]";
    }
  };

  /** Where the answer to a register is to come, and nothing else. */
  private static final String REGISTERED = "registered";

  abstract String path(int connection);

  /** Returns a part of a message as it is on its way, in both directions; it has no backslash. */
  abstract String escape(String json);

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

  byte[] registerToBeAcknowledged(String topic) {
    return frame(
        "{\"type\":\"register\",\"address\":\"%s\",\"replyAddress\":\"%s\"}"
            .formatted(topic, REGISTERED));
  }

  byte[] registerFrom(String topic, long position) {
    return frame(
        """
        {"type":"register","address":"%s","replyAddress":"%s","headers":{"position":"%d"}}"""
            .formatted(topic, REGISTERED, position));
  }

  /** Tells whether the acknowledgement of a register is in what a server sent. */
  boolean acknowledges(String message) {
    return message.contains(escape("{\"type\":\"rec\",\"address\":\"" + REGISTERED + "\""));
  }
}
