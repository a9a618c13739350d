/**
 * Low-rank deltas, their codec, chunks and digests, canonical apply, and the chain of versions. Plain Java: this is where the
 * invariants on weights live.
 */
package dev.errata.delta;
