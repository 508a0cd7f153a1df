/**
 * Orders and their stats, live in the browser. It keeps no data: what it shows it has heard or
 * asked for.
 *
 * <p>Start reading at {@code DashboardVerticle}; {@code Board} is what is shown, {@code Inquiry}
 * keeps it right.
 */
package dev.rollcall.dashboard;
