package dev.rollcall.system.lab;

import dev.rollcall.system.Hosts;
import dev.rollcall.system.Hosts.Loss;
import dev.rollcall.system.Kind;
import dev.rollcall.system.lab.Row.Aim;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All faults there are. */
final class Rows {
  private static final int PARTITION_SECONDS = 30;
  private static final int FREEZE_SECONDS = 60;
  private static final int SOAK_MINUTES = 20;
  private static final int DELAY_MILLIS = 200;
  private static final Aim CRASH = Aim.detected(2);

  /** Where the oldest member dies too, the next one first asks all others what they know. */
  private static final Aim CRASH_OF_OLDEST_AND_ANOTHER = Aim.detected(6);

  private Rows() {}

  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      rows.add(kill(kind));
    }
    for (Kind kind : Kind.values()) {
      rows.add(freeze(kind));
    }
    rows.add(
        new Row(
            "kill-two",
            "`kill -9` of a presence-service and a chat-service",
            CRASH_OF_OLDEST_AND_ANOTHER,
            Rows::killTwo));
    rows.add(new Row("vanish", "a host without power for 30 s", Aim.detected(6), Rows::vanish));
    rows.add(parted("partition-2-2", "a partition 2|2 of 30 s", List.of(1, 2), List.of(3, 4)));
    rows.add(parted("partition-3-1", "a partition 3|1 of 30 s", List.of(1, 2, 3), List.of(4)));
    rows.add(new Row("one-way", "two hosts that hear, and are not heard, for 30 s", Rows::oneWay));
    rows.add(
        parted("one-pair", "two hosts of four without a way for 30 s", List.of(1), List.of(3)));
    rows.add(
        new Row("flapping", "a partition 2|2 that comes and goes every 5 s for 60 s", Rows::flap));
    rows.add(new Row("loss", "20 % of all packets between hosts lost for 60 s", Rows::loss));
    rows.add(new Row("delay", "200 ms later between hosts, for 60 s", Rows::delay));
    rows.addAll(Changes.all());
    rows.add(Changes.soak(SOAK_MINUTES));
    return rows;
  }

  /** {@code soak=3} is a shorter one. */
  static Row named(String name) {
    if (name.startsWith("soak=")) {
      return Changes.soak(Integer.parseInt(name.substring("soak=".length())));
    }
    return all().stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no row is called " + name));
  }

  private static Row kill(Kind kind) {
    return new Row(
        "kill-" + kind.title(),
        "`kill -9` of " + a(kind),
        CRASH,
        field -> {
          List<Pod> victim = List.of(field.pod(kind, 0));
          field.begins();
          field.kill(victim);
        });
  }

  private static String a(Kind kind) {
    return (kind == Kind.ORDERS ? "an " : "a ") + kind.module();
  }

  private static void killTwo(Field field) throws Exception {
    List<Pod> victims = List.of(field.pod(Kind.PRESENCE, 0), field.pod(Kind.CHAT, 0));
    field.begins();
    field.kill(victims);
  }

  private static Row freeze(Kind kind) {
    return new Row(
        "freeze-" + kind.title(),
        a(kind) + " that stands still for 60 s",
        field -> {
          List<Pod> victim = List.of(field.pod(kind, 0));
          field.begins();
          field.freeze(victim);
          Field.pass(FREEZE_SECONDS);
          field.thaw(victim);
          field.ends();
        });
  }

  private static void vanish(Field field) throws Exception {
    field.begins();
    List<Pod> victims = field.cutPower(field.hosts().count());
    Field.pass(PARTITION_SECONDS);
    field.restorePower(victims);
    field.ends();
    field.proveLoss();
  }

  private static Row parted(String name, String title, List<Integer> some, List<Integer> others) {
    return new Row(
        name,
        title,
        Aim.healed(30),
        field -> during(field, Hosts.parted(List.of(some, others)), PARTITION_SECONDS));
  }

  private static void oneWay(Field field) throws Exception {
    List<Loss> losses =
        Stream.of(1, 2).flatMap(from -> Stream.of(3, 4).map(to -> Loss.all(from, to))).toList();
    during(field, losses, PARTITION_SECONDS);
  }

  private static void loss(Field field) throws Exception {
    List<Loss> losses =
        Hosts.parted(List.of(List.of(1), List.of(2), List.of(3), List.of(4))).stream()
            .map(loss -> new Loss(loss.from(), loss.to(), 20))
            .toList();
    during(field, losses, 60);
  }

  private static void during(Field field, List<Loss> losses, int seconds) throws Exception {
    field.begins();
    field.lose(losses);
    Field.pass(seconds);
    field.mend();
    field.ends();
    field.proveLoss();
  }

  private static void flap(Field field) throws Exception {
    List<Loss> losses = Hosts.parted(List.of(List.of(1, 2), List.of(3, 4)));
    field.begins();
    for (int i = 0; i < 6; i++) {
      field.lose(losses);
      Field.pass(5);
      field.mend();
      field.ends();
      if (i < 5) {
        Field.pass(5);
      }
    }
    field.proveLoss();
  }

  private static void delay(Field field) throws Exception {
    field.passesUnnoticed();
    Latency latency = Latency.between(field.lab());
    try {
      field.expectWhole("with relays between the hosts");
      field.begins();
      latency.set(DELAY_MILLIS);
      Field.pass(60);
      latency.set(0);
      field.ends();
      field.proof(latency.passed() + " pieces passed late");
      if (latency.passed() == 0) {
        field.fault("nothing was late");
      }
      field.expectWhole("on time, with relays between the hosts");
    } finally {
      latency.remove();
    }
  }
}
