package dev.errata.stream.kafka;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;

/** The end of a chain of versions: what the next one must follow. Knows the base model's digest only once version 1 has named it. */
final class ChainLink {
    private long number;
    private String digest;
    private String base;

    /** @throws ErrataException VERSION_CHAIN_BROKEN unless the version is the next of this chain */
    void follow(Version version) {
        if (version.number() != number + 1) {
            throw broken("version " + version.number() + " after " + number + " (expected: " + (number + 1) + ")");
        }
        base = base == null ? version.parentDigest() : base;
        digest = digest == null ? base : digest;
        require(version, "parent", version.parentDigest(), version.change() instanceof Rebased ? base : digest);
        require(version, "predecessor", version.predecessorDigest(), digest);
        number = version.number();
        digest = version.digest();
    }

    private static void require(Version version, String what, String found, String expected) {
        if (!found.equals(expected)) {
            throw broken("version " + version.number() + ": " + what + " " + found + " (expected: " + expected + ")");
        }
    }

    long number() {
        return number;
    }

    private static ErrataException broken(String message) {
        return new ErrataException(Failure.VERSION_CHAIN_BROKEN, message);
    }
}
