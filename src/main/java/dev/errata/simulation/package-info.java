/**
 * The simulator: accumulator, editor and follower as they are, over a simulated Kafka and clock, through schedules of everything that can
 * go wrong, each made from a seed. {@link dev.errata.simulation.Schedule} is the place to start reading.
 */
package dev.errata.simulation;
