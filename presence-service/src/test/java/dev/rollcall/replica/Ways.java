package dev.rollcall.replica;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** From whom nothing comes to whom. */
final class Ways {
  private record Way(String from, String to) {}

  private final Set<Way> cut = new HashSet<>();

  void cut(String from, String to) {
    cut.add(new Way(from, to));
  }

  /** Cuts every way between the two sides. */
  void split(Collection<String> left, Collection<String> right) {
    for (String a : left) {
      for (String b : right) {
        cut(a, b);
        cut(b, a);
      }
    }
  }

  /** Lets everything through. */
  void heal() {
    cut.clear();
  }

  /** Takes back one cut; returns whether there was one. */
  boolean heal(String from, String to) {
    return cut.remove(new Way(from, to));
  }

  boolean isCut(String from, String to) {
    return cut.contains(new Way(from, to));
  }

  List<String> reached(String from, Collection<String> all) {
    return all.stream().filter(to -> !isCut(from, to)).toList();
  }
}
