/** Records as CloudEvents 1.0 and back: types, schemas, JSON. Knows no Kafka. */
package dev.errata.stream.event;
