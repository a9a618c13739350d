/**
 * Measuring: a model at work without a log, the reference's way of doing the same things, and benchmarks that run both in one process.
 * Everything that is claimed about speed comes from here.
 */
package dev.errata.experiment;
