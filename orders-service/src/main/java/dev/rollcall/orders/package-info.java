/** Orders over REST and the event bus, announced after their commit. */
package dev.rollcall.orders;
