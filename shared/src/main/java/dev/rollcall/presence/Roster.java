package dev.rollcall.presence;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * One topic's list: the entries of each key, in the order of the keys. Reading one key or a page
 * does not depend on how many there are.
 *
 * <p>Not safe for concurrent use.
 */
public final class Roster {
  /** What one page weighs, about. */
  private static final int PAGE_BYTES = 256 * 1024;

  private final TreeMap<String, List<Entry>> keys = new TreeMap<>();
  private int size;
  private long digest;

  /** Adds an entry; false when it is there already. */
  public boolean add(Entry entry) {
    List<Entry> metas = keys.get(entry.key());
    if (metas == null) {
      keys.put(entry.key(), List.of(entry));
    } else if (find(metas, entry.ref()) == null) {
      List<Entry> more = new ArrayList<>(metas.size() + 1);
      more.addAll(metas);
      more.add(entry);
      keys.put(entry.key(), List.copyOf(more));
    } else {
      return false;
    }
    size++;
    digest += digest(entry.ref());
    return true;
  }

  /** Removes an entry; false when it is not there. */
  public boolean remove(String key, Ref ref) {
    List<Entry> metas = get(key);
    if (find(metas, ref) == null) {
      return false;
    }
    if (metas.size() == 1) {
      keys.remove(key);
    } else {
      keys.put(key, metas.stream().filter(entry -> !entry.ref().equals(ref)).toList());
    }
    size--;
    digest -= digest(ref);
    return true;
  }

  public boolean contains(String key, Ref ref) {
    return find(get(key), ref) != null;
  }

  /** Returns the entries of one key, none when it is not present. */
  public List<Entry> get(String key) {
    return keys.getOrDefault(key, List.of());
  }

  /** Returns the entry of that ref, or null. */
  public Entry get(String key, Ref ref) {
    return find(get(key), ref);
  }

  /**
   * Returns the entries of up to {@code limit} keys after one key, all entries of each. They are
   * fewer where those of so many keys would be too much for a message, but one key at least.
   */
  public List<Entry> page(String after, int limit) {
    List<Entry> page = new ArrayList<>();
    int left = limit;
    int weight = 0;
    for (List<Entry> metas : keys.tailMap(after, false).values()) {
      if (left == 0 || weight >= PAGE_BYTES) {
        break;
      }
      page.addAll(metas);
      weight += metas.stream().mapToInt(Entry::weight).sum();
      left--;
    }
    return page;
  }

  /** Tells whether there is a key after this one. */
  public boolean hasAfter(String key) {
    return keys.higherKey(key) != null;
  }

  /** Returns all entries in the order of their keys: a list of its own. */
  public List<Entry> all() {
    List<Entry> all = new ArrayList<>(size);
    keys.values().forEach(all::addAll);
    return all;
  }

  /** Takes each key with its entries, in the order of the keys. */
  void forEachKey(BiConsumer<String, List<Entry>> each) {
    keys.forEach(each);
  }

  public int keyCount() {
    return keys.size();
  }

  /** Returns how many entries there are. */
  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /**
   * Returns what tells this list from almost every other: the sum of its refs' hashes, so that the
   * order in which they came does not matter, and one that comes or goes changes it by itself.
   */
  public long digest() {
    return digest;
  }

  /** Returns what one ref adds to a digest. */
  public static long digest(Ref ref) {
    return Hashing.mix(Hashing.hash(ref.node().value()) + ref.clock() * 0x9E3779B97F4A7C15L);
  }

  private static Entry find(List<Entry> metas, Ref ref) {
    for (Entry entry : metas) {
      if (entry.ref().equals(ref)) {
        return entry;
      }
    }
    return null;
  }
}
