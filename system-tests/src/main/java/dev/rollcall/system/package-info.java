/**
 * The whole system as processes on one machine: for the demo, and for the tests that need it real.
 */
package dev.rollcall.system;
