package dev.rollcall.replica;

import dev.rollcall.presence.PresenceMessage;
import dev.rollcall.presence.PresenceMessage.Answer;
import dev.rollcall.presence.PresenceMessage.Ask;
import dev.rollcall.presence.PresenceMessage.Beat;
import dev.rollcall.presence.PresenceMessage.Digest;
import dev.rollcall.presence.PresenceMessage.Pull;
import dev.rollcall.presence.PresenceMessage.Readiness;
import dev.rollcall.presence.PresenceMessage.Relay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes down what is sent and seen, in as many parts as the story has acts. What is said every
 * second whatever happens is left out, unless it is news: a beat, a digest, a readiness or a check
 * is shown where it makes its receiver send or tell something that is shown, be it a while later; a
 * digest and a readiness also where the sender judges otherwise than before.
 */
final class Journal {
  /** One line, and what made the process send it. */
  static final class Line {
    private final String text;
    private final Line cause;
    private boolean shown;

    private Line(String text, Line cause) {
      this.text = text;
      this.cause = cause;
    }

    private void show() {
      for (Line line = this; line != null && !line.shown; line = line.cause) {
        line.shown = true;
      }
    }
  }

  private record Told(Line line, Digest digest) {}

  private final List<Told> digests = new ArrayList<>();
  private final List<List<Line>> parts = new ArrayList<>(List.of(new ArrayList<>()));
  private final Map<String, Object> judgements = new HashMap<>();

  /** A message is sent, perhaps into nothing. */
  Line sent(String when, String way, PresenceMessage message, String lost, Line cause) {
    Line line = write(when, way, lost + Notation.of(message), cause);
    boolean unanswered = message instanceof Ask && !lost.isEmpty();
    boolean news = isNews(way, message);
    if (!isRoutine(message) || unanswered || news) {
      line.show();
    }
    if (message instanceof Digest digest) {
      digests.add(new Told(line, digest));
    }
    return line;
  }

  /** Whoever listens on a node sees something. */
  void seen(String when, String node, String what, Line cause) {
    write(when, node + " sees", what, cause).show();
  }

  /** Returns the digest because of which a replica asks another, some time later; or null. */
  Line claim(Pull pull, String of) {
    return digests.stream()
        .filter(told -> told.digest().replica().value().equals(of))
        .filter(told -> told.digest().nodes().containsKey(pull.node()))
        .filter(told -> told.digest().nodes().get(pull.node()).clock() > pull.after())
        .map(Told::line)
        .findFirst()
        .orElse(null);
  }

  /** The next act: what follows belongs to it. */
  void turnOver() {
    parts.add(new ArrayList<>());
  }

  /** Returns the lines that are shown of one part, the first of which is before any act. */
  List<String> part(int index) {
    return parts.get(index).stream().filter(line -> line.shown).map(line -> line.text).toList();
  }

  private Line write(String when, String who, String what, Line cause) {
    Line line = new Line(String.format("  %6s  %-15s %s", when, who, what), cause);
    parts.get(parts.size() - 1).add(line);
    return line;
  }

  /** Tells whether it is said again and again, whatever happens. */
  static boolean isRoutine(PresenceMessage message) {
    if (message instanceof Answer answer) {
      return answer.states().isEmpty() && answer.same().isEmpty() && answer.elsewhere().isEmpty();
    }
    return message instanceof Relay relay
        ? isRoutine(relay.message())
        : message instanceof Beat
            || message instanceof Digest
            || message instanceof Readiness
            || message instanceof Ask;
  }

  private boolean isNews(String way, PresenceMessage message) {
    Object judgement = null;
    if (message instanceof Digest digest) {
      judgement = List.of(digest.ready(), digest.nodes().keySet(), digest.departed().keySet());
    } else if (message instanceof Readiness word) {
      judgement = List.of(word.ready(), word.others());
    }
    return judgement != null && !judgement.equals(judgements.put(way, judgement));
  }
}
