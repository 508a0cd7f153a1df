package dev.rollcall.replica;

import dev.rollcall.presence.Ref;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who comes and goes: in rooms that are never empty for long, and in calls of two, whose topics are
 * new each time. The oracle hears of everything.
 */
final class People {
  static final List<String> ROOMS = IntStream.range(0, 4).mapToObj(room -> "room:" + room).toList();

  /** How long a session that was cut stays. */
  private static final long LINGER_MILLIS = 4_000;

  /** A call's window is left open for a while after it. */
  private static final long AFTER_CALL_MILLIS = 12_000;

  /** One person's tab: where it is, and what it tracks. */
  private static final class Tab {
    final long id;
    final String topic;
    final String key;
    final Instance process;
    Ref ref;

    Tab(long id, String topic, String key, Instance process) {
      this.id = id;
      this.topic = topic;
      this.key = key;
      this.process = process;
    }
  }

  private final World world;
  private final Oracle oracle;
  private final int count;
  private final String filler;
  private final List<Tab> tabs = new ArrayList<>();
  private long tabNumber;
  private long calls;
  private boolean asleep;
  private boolean calling = true;
  private boolean callsAreMany;

  People(World world, Oracle oracle) {
    this.world = world;
    this.oracle = oracle;
    this.count = world.oneIn(20) ? 200 : 8 + world.below(20);
    // So much that a list, or what a node has, does not go into one message.
    this.filler = world.oneIn(10) ? "x".repeat(count == 200 ? 1_000 : 12_000) : "";
  }

  void begin() {
    world.at(world.now(), this::act);
    world.at(world.now(), this::call);
    world.at(world.now(), this::look);
  }

  /** Somebody on that node looks into most rooms. */
  void enter(Instance node) {
    ROOMS.stream()
        .filter(room -> !world.oneIn(4))
        .forEach(room -> node.node.follow(room, node.now()));
  }

  /** A node is about to stop: its sessions are cut, and come back elsewhere. */
  void cutOff(Instance process) {
    tabsOf(process).forEach(this::cut);
  }

  /** A node has crashed: of its sessions nothing lingers, and some come back elsewhere. */
  void lose(Instance process) {
    oracle.died(process.id, world.now());
    tabsOf(process).forEach(this::returnSoon);
  }

  /** No replica was there to take what was to linger. */
  void leaveNothing(Instance stopped) {
    oracle.died(stopped.id, world.now());
  }

  void clockJumped() {
    oracle.nobodyLingers(world.now());
  }

  /** Everybody goes home. */
  void sleep() {
    asleep = true;
    List.copyOf(tabs).forEach(this::close);
  }

  void callMore() {
    callsAreMany = true;
  }

  void stopCalling() {
    calling = false;
  }

  private void act() {
    List<Instance> nodes = world.awake();
    if (!nodes.isEmpty() && !asleep) {
      act(nodes);
    }
    world.after(20 + world.below(count > 100 ? 60 : 300), this::act);
  }

  private void act(List<Instance> nodes) {
    List<Tab> open = tabs.stream().filter(tab -> !tab.process.isFrozen()).toList();
    if (open.size() < count && (open.isEmpty() || !world.oneIn(3))) {
      String room = ROOMS.get(world.below(ROOMS.size()));
      open(world.any(nodes), room, "user" + world.below(count));
      return;
    }
    Tab tab = open.get(world.below(open.size()));
    switch (world.below(5)) {
      case 0, 1 -> close(tab);
      case 2 -> update(tab);
      case 3 -> cut(tab);
      default -> trackAgain(tab);
    }
  }

  private Tab open(Instance process, String topic, String key) {
    Tab tab = add(process, topic, key);
    tab.ref = process.node.track(tab.id, topic, key, meta(1), null);
    oracle.came(tab.ref, topic, key, world.now());
    flushSoon(process);
    return tab;
  }

  private void close(Tab tab) {
    if (world.oneIn(2)) {
      tab.process.node.close(tab.id);
    } else {
      tab.process.node.untrack(tab.id, tab.topic, tab.key);
    }
    oracle.ends(tab.ref, world.now());
    flushSoon(tab.process);
    tabs.remove(tab);
  }

  private void update(Tab tab) {
    Ref old = tab.ref;
    tab.ref = tab.process.node.update(tab.id, tab.topic, tab.key, meta(2)).orElseThrow();
    oracle.replaced(old, tab.ref, tab.topic, tab.key, world.now());
    flushSoon(tab.process);
  }

  private void cut(Tab tab) {
    tab.process.node.cut(tab.id, tab.process.now() + LINGER_MILLIS);
    oracle.ends(tab.ref, world.now() + LINGER_MILLIS);
    returnSoon(tab);
  }

  private void trackAgain(Tab tab) {
    Ref again = tab.process.node.track(tab.id, tab.topic, tab.key, "{\"again\":1}", null);
    if (!again.equals(tab.ref)) {
      throw new Violation("IdempotentTrack", tab.ref + " became " + again);
    }
  }

  /** The browser reconnects within the linger, here or elsewhere, or never. */
  private void returnSoon(Tab tab) {
    tabs.remove(tab);
    if (!world.oneIn(4)) {
      world.after(300 + world.below(1_700), () -> comeBack(tab));
    }
  }

  private void comeBack(Tab old) {
    List<Instance> nodes = world.awake();
    if (nodes.isEmpty() || asleep) {
      return;
    }
    Tab back = add(world.any(nodes), old.topic, old.key);
    back.ref = back.process.node.track(back.id, back.topic, back.key, meta(3), old.ref);
    oracle.replaced(old.ref, back.ref, back.topic, back.key, world.now());
    flushSoon(back.process);
  }

  /** A node on which nobody looks into a room for a moment, and then somebody again. */
  private void look() {
    List<Instance> nodes = world.awake();
    String room = ROOMS.get(world.below(ROOMS.size()));
    if (!nodes.isEmpty() && !asleep) {
      Instance node = world.any(nodes);
      node.node.unfollow(room);
      world.after(200 + world.below(800), () -> node.run(() -> node.node.follow(room, node.now())));
    }
    world.after(500 + world.below(2_000), this::look);
  }

  /** Two meet on a topic of their own, that is quiet, and gone when they are. */
  private void call() {
    List<Instance> nodes = world.awake();
    if (!nodes.isEmpty() && calling) {
      String topic = "call:" + calls++;
      join(world.any(nodes), topic, "caller1");
      join(world.any(nodes), topic, "caller2");
    }
    world.after(callsAreMany ? 1_000 : 1_500 + world.below(4_000), this::call);
  }

  private void join(Instance process, String topic, String key) {
    process.node.follow(topic, process.now());
    Tab tab = open(process, topic, key);
    long millis = 500L + world.below(9_500);
    world.after(millis, () -> process.run(() -> hangUp(tab)));
    world.after(millis + AFTER_CALL_MILLIS, () -> process.run(() -> process.node.unfollow(topic)));
  }

  private void hangUp(Tab tab) {
    if (tabs.contains(tab)) {
      close(tab);
    }
  }

  private String meta(int number) {
    return "{\"n\":" + number + ",\"filler\":\"" + filler + "\"}";
  }

  private Tab add(Instance process, String topic, String key) {
    Tab tab = new Tab(tabNumber++, topic, key, process);
    tabs.add(tab);
    return tab;
  }

  private void flushSoon(Instance process) {
    world.after(world.below(6), () -> process.run(process.node::flush));
  }

  private List<Tab> tabsOf(Instance process) {
    return tabs.stream().filter(tab -> tab.process == process).toList();
  }
}
