package dev.rollcall.system.lab;

import dev.rollcall.system.Kind;
import dev.rollcall.system.ServiceProcess;

/**
 * A place for a process of a service, with an address of its own. The process may be another one
 * after a fault; the pod is the same. Safe for concurrent use.
 */
final class Pod {
  static final int HTTP_PORT = 8080;
  static final int MANAGEMENT_PORT = 9090;

  /**
   * As many probes without a good answer, one after another, and no more clients are sent there.
   */
  private static final int FAILURES = 2;

  /** As many that say that it is not live, a second each, and its process is started anew. */
  private static final int AILMENTS = 30;

  private final String name;
  private final Kind kind;
  private final int host;
  private final String address;
  private ServiceProcess process;
  private int starts;
  private boolean held;
  private boolean ready;
  private int failures;
  private String problems = "";
  private int ailments;
  private long startedNanos;
  private long startToReadyNanos;

  Pod(String name, Kind kind, int host, String address) {
    this.name = name;
    this.kind = kind;
    this.host = host;
    this.address = address;
  }

  String name() {
    return name;
  }

  Kind kind() {
    return kind;
  }

  int host() {
    return host;
  }

  String address() {
    return address;
  }

  synchronized void runs(ServiceProcess started) {
    process = started;
    starts++;
    ready = false;
    ails("");
    startedNanos = System.nanoTime();
    startToReadyNanos = 0;
  }

  synchronized ServiceProcess process() {
    return process;
  }

  synchronized int starts() {
    return starts;
  }

  /** Says whether its process, when it has ended, is not to be started anew for now. */
  synchronized void hold(boolean now) {
    held = now;
  }

  /** Tells whether its process has ended and another one is due. */
  synchronized boolean isDue() {
    return !held && !process.alive();
  }

  /** Takes the answer of a probe. */
  synchronized void probed(boolean good) {
    failures = good ? 0 : failures + 1;
    if (good && startToReadyNanos == 0) {
      startToReadyNanos = System.nanoTime() - startedNanos;
    }
    ready = good || (ready && failures < FAILURES);
  }

  /** Takes what a probe says that is wrong with it for long, or nothing. */
  synchronized void ails(String what) {
    problems = what;
    ailments = what.isEmpty() ? 0 : ailments + 1;
  }

  /** Returns what is wrong with it for long, or nothing. */
  synchronized String problems() {
    return problems;
  }

  /** Tells whether only a new process helps. */
  synchronized boolean isSick() {
    return ailments >= AILMENTS;
  }

  synchronized boolean ready() {
    return ready && process.alive();
  }

  /** Returns how long the running process took until it was ready; 0 while it is not. */
  synchronized double startSeconds() {
    return startToReadyNanos / 1e9;
  }

  @Override
  public String toString() {
    return name;
  }
}
