package dev.errata.audit;

/**
 * 128 bits of a SHA-256, which stand for a text, an event or a fact where only equality counts: two different ones of a billion share one
 * with a chance below 10⁻²⁰.
 */
record Fingerprint(long high, long low) implements Comparable<Fingerprint> {
    static final Fingerprint NONE = new Fingerprint(0, 0);

    @Override
    public int compareTo(Fingerprint other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
