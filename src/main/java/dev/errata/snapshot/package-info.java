/** Where snapshots are kept besides a directory: an S3-compatible store. The only room that knows the AWS SDK, which is loaded here or not at all. */
package dev.errata.snapshot;
