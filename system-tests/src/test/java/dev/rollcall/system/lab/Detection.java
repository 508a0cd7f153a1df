package dev.rollcall.system.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/**
 * When one who was spared knew of a fault: its list of members became shorter, it said that a link
 * leads nowhere, or its browsers were told of leaves.
 */
final class Detection {
  private static final Pattern TIME = Pattern.compile("^(\\d{4}-\\d\\d-\\d\\dT\\S+Z) ");
  private static final Pattern MEMBERS = Pattern.compile("^Members \\{size:(\\d+),");
  private static final Pattern NO_WAY = Pattern.compile("no way to member");

  private Detection() {}

  /**
   * Returns the seconds from the beginning of a fault; not a number where nobody knew.
   *
   * @param nodes how many there were
   * @param seenNanos when somebody was seen to leave
   */
  static double seconds(
      Instant began, long beganNanos, List<Long> seenNanos, Set<Pod> spared, int nodes) {
    DoubleStream bySight = seenNanos.stream().mapToDouble(at -> (at - beganNanos) / 1e9);
    DoubleStream byLog =
        spared.stream()
            .flatMap(pod -> told(pod.process().output(), nodes).stream())
            .filter(at -> !at.isBefore(began))
            .mapToDouble(at -> Duration.between(began, at).toNanos() / 1e9);
    return DoubleStream.concat(bySight, byLog).min().orElse(Double.NaN);
  }

  /** Returns when a log said that there are fewer nodes, or that one can't be reached. */
  static List<Instant> told(List<String> lines, int nodes) {
    List<Instant> told = new ArrayList<>();
    Optional<Instant> at = Optional.empty();
    for (String line : lines) {
      Matcher time = TIME.matcher(line);
      at = time.find() ? Optional.of(Instant.parse(time.group(1))) : at;
      Matcher members = MEMBERS.matcher(line);
      boolean fewer = members.find() && Integer.parseInt(members.group(1)) < nodes;
      if (fewer || NO_WAY.matcher(line).find()) {
        at.ifPresent(told::add);
      }
    }
    return told;
  }
}
