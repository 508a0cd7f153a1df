package dev.rollcall.orders;

import java.util.List;

/** Texts that are harmless as long as nobody takes them for anything else. */
final class Hostile {
  private Hostile() {}

  static final List<String> TEXTS =
      List.of(
          "'; DROP TABLE orders; --",
          "1 OR 1=1",
          "$1",
          "<script>alert(1)</script>",
          "\"><img src=x onerror=alert(1)>",
          "${jndi:ldap://127.0.0.1/a}",
          "{{7*7}}",
          "%s%n%x",
          "%00",
          "../../etc/passwd",
          "a\nERROR d.r.orders.Orders - all is lost",
          "a\r\nSet-Cookie: a=b",
          "a\u0000b",
          "a\u001b[31mb",
          "a\u0085b",
          "a\u2028b",
          "\u202Eabc",
          "\ud83d",
          "\udc26a",
          "\ufffe\uffff",
          " ",
          "\t",
          "\u00a0",
          "\u3000\u1680",
          "\ufeff",
          "a\n",
          "NaN",
          "null",
          "x".repeat(20_000));
}
