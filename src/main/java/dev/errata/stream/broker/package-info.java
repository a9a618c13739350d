/** A Kafka broker inside the process, so that Errata runs and is tested without one to install. */
package dev.errata.stream.broker;
