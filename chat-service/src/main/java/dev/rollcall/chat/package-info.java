/** Chat rooms: a message is stored, then broadcast. Start reading at {@code ChatVerticle}. */
package dev.rollcall.chat;
