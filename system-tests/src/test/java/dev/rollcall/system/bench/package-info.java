/**
 * The bridge under load, beside the one that Vert.x has itself: servers as processes of their own,
 * and one client that costs little enough to be thousands of browsers.
 */
package dev.rollcall.system.bench;
