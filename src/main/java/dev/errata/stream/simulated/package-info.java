/**
 * A Kafka that is simulated at the seam of its clients ({@link dev.errata.stream.kafka.ClientFactory}): topics, transactions with
 * markers, fencing, offsets of groups, compaction, and a clock of its own. One thread; what goes wrong is somebody else's to decide
 * ({@link dev.errata.stream.simulated.Fate}).
 */
package dev.errata.stream.simulated;
