/**
 * The log as SmallRye Reactive Messaging channels, for the faces: facts out, history in. What must be exactly once (accumulator, editor,
 * followers) does not come through here but through {@code stream.kafka}.
 */
package dev.errata.stream.channels;
