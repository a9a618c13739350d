package dev.errata.worker;

/**
 * How much may be pending before the accumulator stops reading. What is not read stays in Kafka, where it is safe and costs no memory.
 *
 * @param facts so many changes
 * @param chars UTF-16 units of all their texts
 */
public record Room(int facts, long chars) {
    public static final long CHARS = 64L * 1024 * 1024;

    /** So many changes, with the texts that fit by default. */
    public static Room of(int facts) {
        return new Room(facts, CHARS);
    }
}
