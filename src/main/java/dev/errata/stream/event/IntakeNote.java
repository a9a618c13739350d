package dev.errata.stream.event;
/** placeholder until batch lands */
public sealed interface IntakeNote { record X() implements IntakeNote {} }
