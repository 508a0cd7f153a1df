package dev.rollcall.bridge;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The keys that tokens are verified with, as they were read at one time. They are few: an issuer
 * has one, and two while it changes it.
 */
record TokenKeys(List<Entry> entries) {
  static final TokenKeys NONE = new TokenKeys(List.of());

  /**
   * @param id what a token names the key by, its {@code kid}
   */
  record Entry(Optional<String> id, TokenKey key) {
    @Override
    public String toString() {
      return key.algorithm() + id.map(name -> " " + name).orElse("");
    }
  }

  TokenKeys {
    entries = List.copyOf(entries);
  }

  /** One key alone, by whatever id a token names it. */
  static TokenKeys only(TokenKey key) {
    return new TokenKeys(List.of(new Entry(Optional.empty(), key)));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * Returns the key for a token: the one that it names, or else the only one that has no id; for a
   * token that names none, the only one of its algorithm. Where several fit there is none.
   */
  Optional<TokenKey> find(TokenAlgorithm algorithm, Optional<String> id) {
    return only(algorithm, entry -> id.isEmpty() || entry.id().equals(id))
        .or(() -> only(algorithm, entry -> entry.id().isEmpty()));
  }

  private Optional<TokenKey> only(TokenAlgorithm algorithm, Predicate<Entry> fits) {
    List<Entry> fitting =
        entries.stream()
            .filter(entry -> entry.key().algorithm() == algorithm)
            .filter(fits)
            .toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0).key()) : Optional.empty();
  }
}
