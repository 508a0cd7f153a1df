package dev.rollcall.presence;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One topic's list as readers are given it. A reader keeps what it got, so each change is a list of
 * its own; it shares with the one before all that did not change.
 */
final class Listed {
  private SortedMap<String, List<Meta>> last;
  private final Set<String> changed = new HashSet<>();

  /** The roster has changed so. */
  void changed(View.Change change) {
    if (last != null) {
      change.joins().forEach(join -> changed.add(join.key()));
      change.leaves().forEach(left -> changed.add(left.entry().key()));
      if (changed.size() > last.size()) {
        // Nobody reads any more, or all is new: then the whole list is made anew.
        last = null;
        changed.clear();
      }
    }
  }

  /** Returns the roster's list, in the order of the keys. */
  Map<String, List<Meta>> of(Roster roster) {
    if (last == null) {
      last = new TreeMap<>();
      roster.forEachKey(this::list);
    } else if (!changed.isEmpty()) {
      last = new TreeMap<>(last);
      changed.forEach(key -> list(key, roster.get(key)));
      changed.clear();
    }
    return Collections.unmodifiableMap(last);
  }

  /** Returns how many keys are kept for the next list. */
  int keptKeys() {
    return changed.size() + (last == null ? 0 : last.size());
  }

  private void list(String key, List<Entry> metas) {
    if (metas.isEmpty()) {
      last.remove(key);
    } else {
      last.put(key, PresenceJson.metas(metas));
    }
  }
}
