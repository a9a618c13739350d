package dev.errata.stream.simulated;

import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What lies at one offset.
 *
 * @param record null for a transaction's marker
 * @param transaction null for a record that is part of none
 */
record Entry(long offset, long time, ProducerRecord<byte[], byte[]> record, OpenTransaction transaction) {
    boolean marker() {
        return record == null;
    }
}
