/** Rules that no compiler checks: who may know whom, who may touch what, what manifests may say. */
package dev.rollcall.rules;
