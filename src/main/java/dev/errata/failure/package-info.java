/** The one catalogue of failures: stable codes that end up as metric labels, record headers, outcome reasons and REST problems. */
package dev.errata.failure;
