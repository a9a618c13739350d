/**
 * The auditor: reads a line's topics and nothing else, and says of each of the twelve invariants whether it holds, and which record is the
 * first that breaks it. {@link dev.errata.audit.LogAudit} is the place to start reading.
 */
package dev.errata.audit;
