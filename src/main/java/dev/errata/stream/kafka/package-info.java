/**
 * The log on Kafka, with its plain clients: readers that follow a partition in order, and writers that commit in one transaction. No
 * consumer subscribes; partitions are assigned, and who may write is decided by transactional ids alone.
 */
package dev.errata.stream.kafka;
