package dev.rollcall.orders;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What somebody wants to order. Whether a sku comes twice is for the database to say. */
record NewOrder(String customer, Currency currency, List<Item> items) {
  static final int MAX_ITEMS = 100;
  static final int MAX_CUSTOMER = 100;

  /** As the contract's pattern has it: blanks of every alphabet, and the mark of a byte order. */
  private static final Pattern BLANK =
      Pattern.compile("[\\s\\x{feff}]*", Pattern.UNICODE_CHARACTER_CLASS);

  /** Control characters, NUL among them, and halves of surrogate pairs are nobody's name. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

  NewOrder {
    items = List.copyOf(items);
    int length = customer.codePointCount(0, customer.length());
    Rejected.unless(
        !BLANK.matcher(customer).matches() && length <= MAX_CUSTOMER,
        "/customer",
        "must have 1 to " + MAX_CUSTOMER + " characters and not be blank");
    Rejected.unless(
        !UNPRINTABLE.matcher(customer).find(), "/customer", "must not have control characters");
    Rejected.unless(
        !items.isEmpty() && items.size() <= MAX_ITEMS,
        "/items",
        "must have 1 to " + MAX_ITEMS + " items");
    total(items);
  }

  static NewOrder of(JsonObject json) {
    return new NewOrder(
        json.getString("customer"),
        Currency.of(json.getString("currency")),
        items(json.getJsonArray("items")));
  }

  /** Returns the sum in minor units. */
  long total() {
    return total(items);
  }

  /** Returns what tells this order from another that somebody wants. */
  Buffer fingerprint() {
    JsonObject json = new JsonObject().put("customer", customer).put("currency", currency.name());
    JsonArray wanted = new JsonArray();
    items.forEach(item -> wanted.add(item.toJson()));
    return Buffer.buffer(sha256(json.put("items", wanted).toBuffer().getBytes()));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  /** Returns where a sku comes for the second time, or -1. */
  int repeatedSku() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      if (!seen.add(items.get(i).sku())) {
        return i;
      }
    }
    return -1;
  }

  private static List<Item> items(JsonArray json) {
    List<Item> items = new ArrayList<>(json.size());
    for (int i = 0; i < json.size(); i++) {
      try {
        items.add(Item.of(json.getJsonObject(i)));
      } catch (Rejected rejected) {
        throw rejected.within("/items/" + i);
      }
    }
    return items;
  }

  private static long total(List<Item> items) {
    try {
      return items.stream().mapToLong(Item::price).reduce(0, Math::addExact);
    } catch (ArithmeticException overflow) {
      throw new Rejected("/items", "amount to more than can be counted");
    }
  }
}
