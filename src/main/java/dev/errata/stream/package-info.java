/**
 * The log: topics, events, transactions, chunks, dead letters. Here are the ports that the cycles are written against
 * ({@link dev.errata.stream.IntakeLog}, {@link dev.errata.stream.EditLog}, {@link dev.errata.stream.VersionFeed}) and their words, all
 * free of Kafka; {@code event} turns them into CloudEvents and back, {@code kafka} reads and writes them, {@code broker} is a broker
 * inside the process.
 */
package dev.errata.stream;
