/** Benchmarks and the paper's tables: what is measured, beside what it is measured against. */
package dev.errata.experiment;
