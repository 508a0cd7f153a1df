/** How a service starts, joins the cluster, says how it is, and leaves. */
package dev.rollcall.node;
