/** Makes an image of each service, without a container engine. */
package dev.rollcall.image;
