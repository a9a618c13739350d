/**
 * The accumulator, conflict-free batches and the intent log's words. Plain Java: no clock, no randomness, no input or output of its own.
 * {@link dev.errata.batch.Accumulator} is the place to start reading.
 */
package dev.errata.batch;
