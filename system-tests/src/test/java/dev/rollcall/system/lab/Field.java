package dev.rollcall.system.lab;

import dev.rollcall.system.Eventually;
import dev.rollcall.system.Hosts;
import dev.rollcall.system.Hosts.Loss;
import dev.rollcall.system.Installation;
import dev.rollcall.system.Kind;
import dev.rollcall.system.ServiceProcess;
import dev.rollcall.system.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a row may do to the hosts and the pods, and what it says of it. */
final class Field {
  private final Lab lab;
  private final long lostBefore;
  private final List<String> proofs = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Set<Pod> hit = new HashSet<>();
  private Instant began;
  private long beganNanos;
  private long endedNanos;
  private int kills;
  private int created;
  private boolean noticeable = true;

  Field(Lab lab) {
    this.lab = lab;
    this.lostBefore = lab.hosts().lost();
  }

  Lab lab() {
    return lab;
  }

  /** Returns a pod of a kind, counted from 0. */
  Pod pod(Kind kind, int index) {
    return lab.pods().of(kind).get(index);
  }

  /** The fault begins now. */
  void begins() {
    began = Instant.now();
    beganNanos = System.nanoTime();
    endedNanos = beganNanos;
  }

  /** The fault ends now, and what follows is healing. */
  void ends() {
    endedNanos = System.nanoTime();
  }

  /** Nobody is expected to notice it. */
  void passesUnnoticed() {
    noticeable = false;
  }

  void proof(String proof) {
    proofs.add(proof);
  }

  void fault(String fault) {
    faults.add(fault);
  }

  static void pass(int seconds) throws Exception {
    Eventually.pass(Duration.ofSeconds(seconds));
  }

  /** Ends their processes without a word; each pod has another one soon. */
  void kill(Collection<Pod> pods) throws IOException, InterruptedException {
    hit.addAll(pods);
    kills += pods.size();
    // The pods have others soon.
    List<ServiceProcess> victims = pods.stream().map(Pod::process).toList();
    Signal.KILL.to(victims.stream().map(ServiceProcess::pid).toList());
    for (ServiceProcess victim : victims) {
      if (!victim.endsWithin(Duration.ofSeconds(10))) {
        fault(victim.name() + " was killed and lives");
      }
      proof(victim.name() + ": exit code " + victim.exitCode().orElse(-1));
    }
  }

  void freeze(Collection<Pod> pods) throws IOException, InterruptedException {
    hit.addAll(pods);
    lab.disturbance().down(Set.copyOf(pods));
    Signal.STOP.to(pods.stream().map(pod -> pod.process().pid()).toList());
    for (Pod pod : pods) {
      String state = state(pod);
      proof(pod + ": state " + state);
      if (!state.equals("T")) {
        fault(pod + " was stopped and is " + state);
      }
    }
  }

  void thaw(Collection<Pod> pods) throws IOException, InterruptedException {
    Signal.CONT.to(pods.stream().map(pod -> pod.process().pid()).toList());
    lab.disturbance().down(Set.of());
  }

  /** As the kernel has it. */
  private static String state(Pod pod) throws IOException {
    Path status = Path.of("/proc", Long.toString(pod.process().pid()), "stat");
    String line = Files.readString(status);
    return line.substring(line.lastIndexOf(')') + 2).substring(0, 1);
  }

  void lose(List<Loss> losses) {
    lab.disturbance().cut(losses);
    lab.hosts().lose(losses);
  }

  void mend() {
    lab.hosts().mend();
    lab.disturbance().cut(List.of());
  }

  /** Says how much was lost since the row began, and that it is a fault if nothing was. */
  void proveLoss() {
    long lost = lab.hosts().lost() - lostBefore;
    proof(lost + " packets lost");
    if (lost == 0) {
      fault("no packet was lost");
    }
  }

  /** The host has no power from now on; returns who was on it. */
  List<Pod> cutPower(int host) throws IOException, InterruptedException {
    List<Pod> victims = lab.pods().on(host);
    victims.forEach(pod -> pod.hold(true));
    List<Loss> losses = new ArrayList<>();
    for (int other = 0; other <= lab.hosts().count(); other++) {
      if (other != host) {
        losses.add(Loss.all(host, other));
        losses.add(Loss.all(other, host));
      }
    }
    lose(losses);
    lab.disturbance().down(Set.copyOf(victims));
    kill(victims);
    return victims;
  }

  void restorePower(List<Pod> victims) {
    mend();
    victims.forEach(pod -> pod.hold(false));
    lab.disturbance().down(Set.of());
  }

  /** As a rolling update does: the new ones are ready for some time before the old ones go. */
  List<Pod> replace(List<Pod> old, Installation by) throws Exception {
    List<Pod> next = new ArrayList<>();
    for (Pod pod : old) {
      next.add(create(pod.kind(), pod.host(), by));
    }
    lab.awaitReady();
    pass(5);
    delete(old);
    return next;
  }

  Pod create(Kind kind, int host, Installation by) throws Exception {
    created++;
    return lab.pods().create(kind, host, by);
  }

  /** Asks all of them at once. */
  void delete(List<Pod> pods) throws Exception {
    hit.addAll(pods);
    created -= pods.stream().mapToInt(Pod::starts).sum();
    lab.pods().delete(pods);
  }

  /** That is a fault unless everything is whole now, or soon. */
  void expectWhole(String when) throws Exception {
    if (!lab.watch().quiet(System.nanoTime())) {
      fault("not whole " + when + ": " + lab.watch().last());
    }
  }

  Footprint footprint() throws Exception {
    return Footprint.of(lab.pods().all(), lab.probe());
  }

  Instant began() {
    return began;
  }

  long beganNanos() {
    return beganNanos;
  }

  long endedNanos() {
    return endedNanos;
  }

  int kills() {
    return kills;
  }

  /** Returns how many more processes there are, by what this has created and deleted. */
  int created() {
    return created;
  }

  boolean noticeable() {
    return noticeable;
  }

  /** Returns whom the fault hit directly. */
  Set<Pod> hit() {
    return Set.copyOf(hit);
  }

  String proof() {
    return String.join("; ", proofs);
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  Hosts hosts() {
    return lab.hosts();
  }
}
