/** Conflict-free batches and the intent log's words. Plain Java: no clock, no randomness, no input or output of its own. */
package dev.errata.batch;
