package dev.rollcall.orders;

/** What we sell in. */
enum Currency {
  EUR,
  USD,
  GBP;

  static Currency of(String code) {
    for (Currency currency : values()) {
      if (currency.name().equals(code)) {
        return currency;
      }
    }
    throw new Rejected("/currency", "must be EUR, USD or GBP");
  }
}
