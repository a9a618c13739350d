/**
 * The two cycles, accumulator and editor: consume, compute, one transaction. Here are also the settings, the roles that a process may
 * play, and recovery from the log. {@link dev.errata.worker.EditorCycle} is the place to start reading.
 */
package dev.errata.worker;
