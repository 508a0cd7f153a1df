package dev.rollcall.replica;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the acts of a story mean; their folder's README lists them. */
final class Script {
  private static final Pattern GIVEN = Pattern.compile("given (.+)");
  private static final Pattern AT = Pattern.compile("at (\\d+) (.+)");
  private static final Pattern CAST = Pattern.compile("[np]\\d+( [np]\\d+)*");
  private static final Pattern TRACKS = Pattern.compile("(\\w+) (un)?tracks (.+) on (\\S+)");
  private static final Pattern FOLLOWS = Pattern.compile("(\\w+) follows (\\S+)");
  private static final Pattern PROCESS = Pattern.compile("(\\w+) (starts|stops|dies|is dropped)");
  private static final Pattern WAY = Pattern.compile("(lose|cut) (\\w+) → (\\w+)");
  private static final Pattern SPLITS =
      Pattern.compile("the (network|cluster) splits ([\\w ]+) \\| ([\\w ]+)");
  private static final Pattern HEALS = Pattern.compile("the (network|cluster) heals");

  private final Stage stage;

  Script(Stage stage) {
    this.stage = stage;
  }

  /** Lets the time pass that is before an act. */
  void passUntil(String act) {
    Matcher at = AT.matcher(act);
    if (at.matches()) {
      stage.passUntil(Long.parseLong(at.group(1)));
    }
  }

  void perform(String act) {
    Matcher given = GIVEN.matcher(act);
    Matcher at = AT.matcher(act);
    if (given.matches() && CAST.matcher(given.group(1)).matches()) {
      stage.boot(words(given.group(1)));
    } else if (given.matches()) {
      play(given.group(1));
    } else if (at.matches() && !at.group(2).equals("the end")) {
      play(at.group(2));
    } else if (!at.matches()) {
      throw new IllegalArgumentException("an act begins with 'given' or 'at'");
    }
  }

  private void play(String what) {
    Matcher tracks = TRACKS.matcher(what);
    Matcher follows = FOLLOWS.matcher(what);
    Matcher process = PROCESS.matcher(what);
    Matcher way = WAY.matcher(what);
    if (tracks.matches()) {
      track(tracks);
    } else if (follows.matches()) {
      stage.actor(follows.group(1)).follow(follows.group(2));
    } else if (process.matches()) {
      change(process.group(1), process.group(2));
    } else if (way.matches()) {
      ways(way.group(1)).cut(way.group(2), way.group(3));
    } else {
      splitOrHeal(what);
    }
  }

  private void track(Matcher tracks) {
    Actor actor = stage.actor(tracks.group(1));
    for (String key : words(tracks.group(3))) {
      if (tracks.group(2) == null) {
        actor.track(key, tracks.group(4));
      } else {
        actor.untrack(key, tracks.group(4));
      }
    }
  }

  private void change(String name, String how) {
    switch (how) {
      case "starts" -> stage.start(name);
      case "stops" -> stage.actor(name).stop();
      case "dies" -> stage.actor(name).die();
      default -> stage.drop(name);
    }
  }

  private void splitOrHeal(String what) {
    Matcher splits = SPLITS.matcher(what);
    Matcher heals = HEALS.matcher(what);
    if (splits.matches()) {
      ways(splits.group(1)).split(words(splits.group(2)), words(splits.group(3)));
    } else if (heals.matches()) {
      ways(heals.group(1)).heal();
    } else {
      throw new IllegalArgumentException("no such act");
    }
  }

  private Ways ways(String of) {
    return switch (of) {
      case "lose" -> stage.lossy();
      case "cluster" -> stage.cluster();
      default -> stage.network();
    };
  }

  private static List<String> words(String text) {
    return Arrays.asList(text.split(" "));
  }
}
