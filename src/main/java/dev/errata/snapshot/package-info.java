/**
 * Where snapshots are kept besides a directory: an S3-compatible store. The only room that knows the AWS SDK, which is loaded where a
 * bucket is named and not at all elsewhere.
 */
package dev.errata.snapshot;
