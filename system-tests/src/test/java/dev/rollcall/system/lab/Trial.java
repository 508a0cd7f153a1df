package dev.rollcall.system.lab;

import dev.rollcall.system.Eventually;
import dev.rollcall.system.lab.Visitor.Seen;
import dev.rollcall.system.lab.Watch.Wrong;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** One fault from a whole system to a whole system, and what came of it. */
final class Trial {
  private static final int EXAMPLES = 6;

  private final Lab lab;
  private final Row row;
  private final List<String> faults = new ArrayList<>();
  private final int nodes;
  private Footprint before;
  private Footprint after;

  /**
   * @param before what the processes held when they were first looked at, or null
   */
  Trial(Lab lab, Row row, Footprint before) {
    this.lab = lab;
    this.row = row;
    this.before = before;
    this.nodes = lab.pods().all().size();
  }

  Result run() throws Exception {
    if (!lab.watch().quiet()) {
      throw new IllegalStateException("not whole before the fault: " + lab.watch().last());
    }
    lab.watch().forget();
    if (before == null) {
      before = Footprint.of(lab.pods().all(), lab.probe());
    }
    int starts = starts();
    int duplicates = lab.crowd().sum(TopicCopy::duplicates);
    int gaps = lab.crowd().sum(TopicCopy::gaps);
    Field field = new Field(lab);
    row.step().strike(field);
    faults.addAll(field.faults());
    boolean whole = lab.watch().quiet(field.endedNanos());
    if (!whole) {
      faults.add("not whole again: " + lab.watch().last());
    }
    double healed = whole ? healedSeconds(field.endedNanos()) : Double.NaN;
    if (row.aim().isLateHealed(healed)) {
      faults.add("healed later than after %s s".formatted(row.aim().healed()));
    }
    checkStored();
    checkLogs();
    checkLeft(field, starts);
    int gapsNow = lab.crowd().sum(TopicCopy::gaps) - gaps;
    if (gapsNow > 0) {
      faults.add(gapsNow + " gaps in positions that nobody told of");
    }
    return result(field, healed, lab.crowd().sum(TopicCopy::duplicates) - duplicates);
  }

  /** Returns what the processes that run now held when they were first looked at. */
  Footprint first() {
    return after.orFirst(before);
  }

  private double healedSeconds(long fromNanos) {
    return lab.watch().since(fromNanos).stream()
        .mapToDouble(wrong -> (wrong.nanos() - fromNanos) / 1e9)
        .max()
        .orElse(0);
  }

  private int starts() {
    return lab.pods().all().stream().mapToInt(Pod::starts).sum();
  }

  /** What was answered is stored. */
  private void checkStored() throws Exception {
    Set<String> messages = new HashSet<>(lab.crowd().posted());
    messages.removeAll(lab.store().messages());
    Set<String> orders = new HashSet<>(lab.crowd().ordered());
    orders.removeAll(lab.store().orders());
    if (!messages.isEmpty() || !orders.isEmpty()) {
      faults.add("answered and not stored: " + messages + orders);
    }
    if (lab.store().repeatedMessages() > 0) {
      faults.add("a message is stored twice");
    }
  }

  private void checkLogs() throws IOException {
    List<String> complaints = lab.complaints().more();
    if (!complaints.isEmpty()) {
      faults.add(complaints.size() + " lines of the logs are errors");
      complaints.stream().limit(EXAMPLES).forEach(faults::add);
    }
  }

  /** No process was started but in the place of one that was killed, and nothing is left over. */
  private void checkLeft(Field field, int starts) throws Exception {
    int more = starts() - starts - field.kills() - field.created();
    if (more != 0) {
      faults.add(more + " processes were started that nobody had killed");
    }
    after = Footprint.of(lab.pods().all(), lab.probe());
    faults.addAll(after.grownSince(before));
  }

  private Result result(Field field, double healed, int duplicates) {
    List<Seen> seen = lab.crowd().everybody().stream().flatMap(v -> v.seen().stream()).toList();
    List<Seen> wrongly =
        lab.disturbance()
            .falseLeaves(
                seen,
                field.beganNanos(),
                user -> lab.crowd().named(user).map(Visitor::whereabouts));
    int lost = lost();
    int unheard =
        (int)
            lab.watch().since(field.endedNanos()).stream()
                .filter(wrong -> wrong.what().contains(" is not heard by "))
                .count();
    addCounts(lost, duplicates, wrongly);
    write(field, wrongly);
    double detected = field.noticeable() ? detected(field, seen) : Double.NaN;
    if (row.aim().isLateNoticed(detected)) {
      faults.add("detected later than after %s s".formatted(row.aim().detected()));
    }
    return new Result(
        row.title(),
        field.proof(),
        detected,
        healed,
        lost,
        unheard,
        duplicates,
        wrongly.size(),
        away(field),
        List.copyOf(faults));
  }

  private void addCounts(int lost, int duplicates, List<Seen> wrongly) {
    if (lost > 0) {
      faults.add(lost + " stored messages are missing");
    }
    if (duplicates > 0) {
      faults.add(duplicates + " messages came twice");
    }
    if (!wrongly.isEmpty()) {
      faults.add(
          "seen to leave and was there: "
              + wrongly.stream()
                  .limit(EXAMPLES)
                  .map(Trial::told)
                  .collect(Collectors.joining(", ")));
    }
  }

  /** What was wrong since the beginning, with the seconds from then on; the same only once. */
  private void write(Field field, List<Seen> wrongly) {
    List<String> lines = new ArrayList<>();
    Set<String> before = new HashSet<>();
    for (Wrong wrong : lab.watch().since(field.beganNanos())) {
      if (before.add(wrong.what())) {
        lines.add(at(field, wrong.nanos()) + wrong.what());
      }
    }
    lines.add(at(field, field.endedNanos()) + "the fault ends");
    wrongly.forEach(seen -> lines.add(at(field, seen.nanos()) + "false leave: " + told(seen)));
    try {
      Files.write(lab.folder().resolve(row.name() + ".txt"), lines);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String at(Field field, long nanos) {
    return String.format(Locale.ROOT, "%7.2f s  ", (nanos - field.beganNanos()) / 1e9);
  }

  private static String told(Seen seen) {
    return "%s by %s at %s in %s (%s)"
        .formatted(
            seen.leave().user(), seen.viewer(), seen.at(), seen.topic(), seen.leave().reason());
  }

  private int lost() {
    int lost = 0;
    try {
      var last = lab.store().lastPositions();
      // What was stored just now may be on its way: what is missing all along is lost.
      Eventually.pass(Duration.ofSeconds(3));
      for (Visitor visitor : lab.crowd().visitors()) {
        for (String topic : visitor.topics()) {
          lost += visitor.read(topic, copy -> copy.missing(last.getOrDefault(topic, 0L)).size());
        }
      }
      return lost;
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private double detected(Field field, List<Seen> seen) {
    Set<Pod> spared = new HashSet<>(lab.pods().all());
    spared.removeAll(field.hit());
    List<Long> seenNanos =
        seen.stream().map(Seen::nanos).filter(at -> at - field.beganNanos() >= 0).toList();
    return Detection.seconds(field.began(), field.beganNanos(), seenNanos, spared, nodes);
  }

  private double away(Field field) {
    return lab.crowd().visitors().stream()
        .filter(visitor -> !visitor.user().startsWith("watcher-"))
        .mapToDouble(visitor -> visitor.whereabouts().longestAwaySeconds(field.beganNanos()))
        .max()
        .orElse(0);
  }
}
