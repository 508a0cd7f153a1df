package dev.rollcall.bridge;

import dev.rollcall.presence.Ref;

/** Takes what a {@link BridgeSession} has done, and performs it in this order. */
interface SessionOutbox {
  /** Sends a frame to the client. */
  void write(String frame);

  /** Asks the application; {@link Registrations#authorised} answers. */
  void authorise(String topic, TopicPolicy policy, long ticket);

  /**
   * Begins to hand the topic's messages to the client.
   *
   * @param held until what it missed is replayed
   */
  void join(String topic, TopicPolicy policy, boolean held);

  void leave(String topic);

  /**
   * Makes the client present; {@link Registrations#appeared} answers.
   *
   * @param returning the ref that it says it had, or null
   */
  void appear(String topic, Ref returning);

  /** Ends the client's presence on a topic that it is about to leave. */
  void vanish(String topic);

  /**
   * Sends what came after a position, then what was held; {@link Registrations#replayed} answers.
   */
  void replay(String topic, long after);

  /** Asks a service; {@link BridgeSession#answered} or {@link BridgeSession#failed} answers. */
  void request(ClientFrame.Send frame);

  /** As {@link #request}, to the one who answered before and waits for this answer in turn. */
  void answer(ClientFrame.Send frame);

  /** Nobody waits any more for an answer at this address. */
  void forget(String awaits);

  void send(ClientFrame.Send frame);

  void publish(ClientFrame.Publish frame);

  /** Checks a token; {@link BridgeSession#renewed} answers. */
  void renew(String token, String replyAddress);

  /** Asks whether the client is still there; {@link BridgeSession#heard} answers. */
  void ping();

  /** Ends the client's presence on all topics. */
  void depart(Departure how);

  void close(CloseCode code);

  void refused(ErrorCode code);

  /**
   * Tells the client that a frame was refused.
   *
   * @param replyAddress where it waits for an answer, or null
   */
  default void refuse(ErrorCode code, String replyAddress) {
    refused(code);
    write(replyAddress == null ? Frames.error(code) : Frames.refused(replyAddress, code));
  }
}
