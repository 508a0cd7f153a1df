const LATE_MILLIS = 15_000;

/** The later of two stats; what is fetched and what comes live may overtake each other. */
export function latest(known, incoming) {
  return known && Date.parse(known.at) > Date.parse(incoming.at) ? known : incoming;
}

/** Stats come every 5 s: whatever is older than three of them no longer tells the truth. */
export function isStale(stats, ageMillis, live) {
  return stats.stale || !live || ageMillis > LATE_MILLIS;
}

/** An amount in minor units, as money: `10800` of `EUR` is `€108.00`, of `JPY` `¥10,800`. */
export function money(minorUnits, currency, locale) {
  try {
    const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    const { maximumFractionDigits } = format.resolvedOptions();
    return format.format(minorUnits / 10 ** maximumFractionDigits);
  } catch {
    return `${minorUnits} ${currency}`; // Not a currency's code.
  }
}
