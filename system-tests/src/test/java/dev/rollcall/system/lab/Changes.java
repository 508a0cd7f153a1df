package dev.rollcall.system.lab;

import static java.util.Objects.requireNonNull;

import dev.rollcall.system.Hosts;
import dev.rollcall.system.Installation;
import dev.rollcall.system.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What operators do on purpose, under load: nothing may be lost and nobody seen to leave. */
final class Changes {
  /** Where the services of an earlier commit were built. */
  static final String PREVIOUS = "rollcall.lab.previous";

  private static final int TOGETHER_SECONDS = 20;
  private static final int FIRST_MINUTES = 3;
  private static final int BETWEEN_MINUTES = 3;
  private static final int PARTED_SECONDS = 25;
  private static final int FROZEN_SECONDS = 25;

  /** The row that takes what was built of an earlier commit. */
  static final String MIXED = "mixed";

  private Changes() {}

  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("rolling", "a rolling restart of every service, one by one", Changes::roll));
    rows.add(
        new Row(
            "rolling-at-once", "the same, one pod of each service at once", Changes::rollTogether));
    rows.add(new Row("scale", "every service from 1 to 3 and back", Changes::scale));
    rows.add(new Row(MIXED, "services of the commit before beside today's", Changes::mix));
    return rows;
  }

  static Row soak(int minutes) {
    return new Row(
        "soak",
        ("%d minutes of use; each %d in turn a partition of %d s, a `kill -9`, %d s of standing"
                + " still, a restart")
            .formatted(minutes, BETWEEN_MINUTES, PARTED_SECONDS, FROZEN_SECONDS),
        field -> soak(field, minutes));
  }

  private static void roll(Field field) throws Exception {
    field.passesUnnoticed();
    field.begins();
    List<Pod> next = replaceAll(field, field.lab().pods().all(), Lab.today());
    field.ends();
    field.proof(
        String.format(
            Locale.ROOT,
            "%d pods replaced, each ready after %.1f s at most",
            next.size(),
            slowest(next)));
  }

  /** As when all four are given another image: one pod of each is replaced at a time. */
  private static void rollTogether(Field field) throws Exception {
    field.passesUnnoticed();
    List<Pod> left = new ArrayList<>(field.lab().pods().all());
    List<Pod> next = new ArrayList<>();
    field.begins();
    while (!left.isEmpty()) {
      List<Pod> old = oneOfEach(left);
      next.addAll(field.replace(old, Lab.today()));
      left.removeAll(old);
    }
    field.ends();
    field.proof(
        String.format(
            Locale.ROOT,
            "%d pods replaced, up to %d at once, each ready after %.1f s at most",
            next.size(),
            Kind.values().length,
            slowest(next)));
  }

  private static List<Pod> oneOfEach(List<Pod> pods) {
    Map<Kind, Pod> first = new EnumMap<>(Kind.class);
    pods.forEach(pod -> first.putIfAbsent(pod.kind(), pod));
    return List.copyOf(first.values());
  }

  private static List<Pod> replaceAll(Field field, List<Pod> old, Installation by)
      throws Exception {
    List<Pod> next = new ArrayList<>();
    for (Pod pod : old) {
      next.addAll(field.replace(List.of(pod), by));
    }
    return next;
  }

  private static double slowest(List<Pod> pods) {
    return pods.stream().mapToDouble(Pod::startSeconds).max().orElse(0);
  }

  /** Down to one of each first, and at last back to as many as there were. */
  private static void scale(Field field) throws Exception {
    field.passesUnnoticed();
    List<Pod> before = field.lab().pods().all();
    field.begins();
    shrink(field);
    List<Pod> grown = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      grown.add(field.create(kind, 2, Lab.today()));
      grown.add(field.create(kind, 3, Lab.today()));
      field.lab().awaitReady();
    }
    Field.pass(TOGETHER_SECONDS);
    shrink(field);
    Field.pass(TOGETHER_SECONDS);
    for (Pod pod : before) {
      if (!field.lab().pods().all().contains(pod)) {
        field.create(pod.kind(), pod.host(), Lab.today());
        field.lab().awaitReady();
      }
    }
    field.ends();
    field.proof(grown.size() + " pods created and deleted");
  }

  private static void shrink(Field field) throws Exception {
    for (Kind kind : Kind.values()) {
      List<Pod> pods = field.lab().pods().of(kind);
      for (Pod pod : pods.subList(1, pods.size())) {
        field.delete(List.of(pod));
      }
    }
  }

  private static void mix(Field field) throws Exception {
    field.passesUnnoticed();
    String built =
        requireNonNull(System.getProperty(PREVIOUS), "it takes the commit before: --against");
    Installation previous = Lab.built(Path.of(built));
    field.begins();
    List<Pod> old = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      old.addAll(field.replace(List.of(field.pod(kind, 0)), previous));
    }
    Field.pass(TOGETHER_SECONDS);
    field.expectWhole("with one of each service from the commit before");
    replaceAll(field, old, Lab.today());
    field.ends();
    field.proof(old.size() + " pods of the commit before, beside the others for some time");
  }

  /** Each time something else, long enough for the lists of members to part. */
  private static void disturb(Field field, int number) throws Exception {
    switch (number % 4) {
      case 1 -> {
        field.lose(Hosts.parted(List.of(List.of(1, 2), List.of(3, 4))));
        Field.pass(PARTED_SECONDS);
        field.mend();
      }
      case 2 -> field.kill(List.of(field.pod(number < 4 ? Kind.CHAT : Kind.PRESENCE, 0)));
      case 3 -> {
        List<Pod> victim = List.of(field.pod(Kind.DASHBOARD, 0));
        field.freeze(victim);
        Field.pass(FROZEN_SECONDS);
        field.thaw(victim);
      }
      default -> field.replace(List.of(field.pod(Kind.ORDERS, 0)), Lab.today());
    }
    field.ends();
  }

  private static void soak(Field field, int minutes) throws Exception {
    Field.pass(60 * FIRST_MINUTES);
    Footprint first = field.footprint();
    Footprint last = first;
    field.begins();
    List<String> totals = new ArrayList<>(List.of(first.total()));
    for (int passed = FIRST_MINUTES; passed < minutes; passed += BETWEEN_MINUTES) {
      long next = System.nanoTime() + TimeUnit.MINUTES.toNanos(BETWEEN_MINUTES);
      disturb(field, passed / BETWEEN_MINUTES);
      field.expectWhole("after " + passed + " minutes");
      Field.pass((int) Math.max(0, TimeUnit.NANOSECONDS.toSeconds(next - System.nanoTime())));
      Footprint now = field.footprint();
      now.grownSince(last).forEach(field::fault);
      last = now.orFirst(last);
      totals.add(now.total());
      System.out.println("    after " + (passed + BETWEEN_MINUTES) + " min: " + now.total());
    }
    field.proveLoss();
    field.proof("first " + totals.get(0) + ", last " + totals.get(totals.size() - 1));
  }
}
