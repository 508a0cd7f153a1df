package dev.rollcall.bridge;

import dev.rollcall.presence.Ref;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Takes a session's effects, and fails on one that makes no sense: a second join, a leave of what
 * was not joined, a presence on a topic that was left, anything after the close.
 */
final class Recorder implements SessionOutbox {
  /** Answers within the call, as a policy that knows at once does. */
  interface Answers {
    void authorised(String topic, long ticket);

    void joined();

    void appeared(String topic);

    void replayed(String topic);

    void written();
  }

  private final List<String> log = new ArrayList<>();
  private final List<String> written = new ArrayList<>();
  private final List<ErrorCode> refusals = new ArrayList<>();
  private final Set<String> joined = new LinkedHashSet<>();
  private final Set<String> present = new TreeSet<>();
  private final Set<String> replaying = new TreeSet<>();
  private final Set<String> requests = new LinkedHashSet<>();
  private final Set<String> awaits = new LinkedHashSet<>();
  private Answers answers;
  private long lastTicket;
  private String lastAsked = "";
  private CloseCode closed;

  void answerAtOnce(Answers with) {
    answers = with;
  }

  private void answer(Consumer<Answers> how) {
    if (answers != null) {
      how.accept(answers);
    }
  }

  List<String> log() {
    return log;
  }

  List<String> written() {
    return written;
  }

  List<ErrorCode> refusals() {
    return refusals;
  }

  Set<String> joined() {
    return joined;
  }

  Set<String> present() {
    return present;
  }

  Set<String> replaying() {
    return replaying;
  }

  Set<String> requests() {
    return requests;
  }

  Set<String> awaits() {
    return awaits;
  }

  long lastTicket() {
    return lastTicket;
  }

  String lastAsked() {
    return lastAsked;
  }

  CloseCode closed() {
    return closed;
  }

  void clear() {
    log.clear();
    written.clear();
    refusals.clear();
  }

  private void did(String what) {
    if (closed != null) {
      throw new AssertionError("after the close: " + what);
    }
    log.add(what);
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  @Override
  public void write(String frame) {
    check(closed == null, "written after the close: " + frame);
    written.add(frame);
    answer(Answers::written);
  }

  @Override
  public void authorise(String topic, TopicPolicy policy, long ticket) {
    did("authorise " + topic);
    lastTicket = ticket;
    lastAsked = topic;
    answer(with -> with.authorised(topic, ticket));
  }

  @Override
  public void join(String topic, TopicPolicy policy, boolean held) {
    did("join " + topic + (held ? " held" : ""));
    check(joined.add(topic), "joined twice: " + topic);
    answer(Answers::joined);
  }

  @Override
  public void leave(String topic) {
    did("leave " + topic);
    check(joined.remove(topic), "left what was not joined: " + topic);
    replaying.remove(topic);
  }

  @Override
  public void appear(String topic, Ref returning) {
    did("appear " + topic + " returning " + returning);
    check(joined.contains(topic), "present where it is not: " + topic);
    present.add(topic);
    answer(with -> with.appeared(topic));
  }

  @Override
  public void vanish(String topic) {
    did("vanish " + topic);
    check(present.remove(topic), "vanished where it was not: " + topic);
  }

  @Override
  public void replay(String topic, long after) {
    did("replay " + topic + " after " + after);
    check(joined.contains(topic), "replayed where it is not: " + topic);
    replaying.add(topic);
    answer(with -> with.replayed(topic));
  }

  @Override
  public void request(ClientFrame.Send frame) {
    did("request " + frame.address());
    requests.add(frame.replyAddress());
  }

  @Override
  public void answer(ClientFrame.Send frame) {
    did("answer " + frame.address());
    check(awaits.remove(frame.address()), "nobody waits at " + frame.address());
    if (frame.replyAddress() != null) {
      requests.add(frame.replyAddress());
    }
  }

  /** A service waits for an answer at this address. */
  void awaits(String address) {
    awaits.add(address);
  }

  @Override
  public void forget(String address) {
    did("forget " + address);
    awaits.remove(address);
  }

  @Override
  public void send(ClientFrame.Send frame) {
    did("send " + frame.address());
  }

  @Override
  public void publish(ClientFrame.Publish frame) {
    did("publish " + frame.address());
  }

  @Override
  public void renew(String token, String replyAddress) {
    did("renew " + token);
  }

  @Override
  public void ping() {
    did("ping");
  }

  @Override
  public void depart(Departure how) {
    did("depart " + how);
    present.clear();
  }

  @Override
  public void close(CloseCode code) {
    did("close " + code);
    closed = code;
    awaits.clear();
  }

  @Override
  public void refused(ErrorCode code) {
    refusals.add(code);
  }
}
