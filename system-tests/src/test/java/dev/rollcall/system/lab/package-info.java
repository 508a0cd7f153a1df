/**
 * The fault lab: every service as a process on one of several hosts, browsers and customers all the
 * while, and faults one after another.
 */
package dev.rollcall.system.lab;
