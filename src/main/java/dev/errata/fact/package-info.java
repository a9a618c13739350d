/** Facts and the events that change them. Plain Java; knows nothing of Kafka, models or batches. */
package dev.errata.fact;
