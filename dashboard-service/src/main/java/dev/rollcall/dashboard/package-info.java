/** Orders and their stats, live. Start reading at {@code DashboardVerticle}. */
package dev.rollcall.dashboard;
