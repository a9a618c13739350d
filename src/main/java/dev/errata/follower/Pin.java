package dev.errata.follower;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.Tag;
import dev.errata.delta.Tags;
import dev.errata.delta.VersionChain;
import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Head;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a follower is told to serve: the announced version, or the one that a number, a tag or a time names.
 *
 * <p>A held version is what a pin names only while it is the announced one: nobody else may see it.
 */
record Pin(VersionRef ref) {
    static final Pin HEAD = new Pin(new VersionRef.Announced());

    Pin {
        requireNonNull(ref, "ref");
    }

    /**
     * Whether what is meant is whatever is announced, for the time being at least: so it is for a time that is not before the head's.
     *
     * @param chain knows the versions up to the announced one
     */
    boolean followsHead(VersionChain chain, Head head) {
        return ref instanceof VersionRef.Announced
                || ref instanceof VersionRef.At at && head.version() > 0 && !isAfter(chain, head.version(), at.time());
    }

    private static boolean isAfter(VersionChain chain, long number, Instant time) {
        return chain.get(number).committedAt().isAfter(time);
    }

    /**
     * The version that is meant; empty while there is none such, or none is announced that is as new.
     *
     * @throws ErrataException VERSION_CHAIN_BROKEN for a tag that names other weights than its version has
     */
    OptionalLong resolve(VersionChain chain, Head head, Tags tags) {
        if (chain.head() < head.version()) {
            return OptionalLong.empty();
        }
        long number;
        if (ref instanceof VersionRef.Numbered numbered) {
            number = numbered.number();
        } else if (ref instanceof VersionRef.At at) {
            number = newest(chain, head, at.time());
        } else if (ref instanceof VersionRef.Tagged tagged) {
            Optional<Tag> tag = tags.get(tagged.name());
            tag.filter(named -> named.version() <= head.version()).ifPresent(named -> requireSame(chain, named));
            number = tag.map(Tag::version).orElse(Long.MAX_VALUE);
        } else {
            number = head.version();
        }
        return number <= head.version() && mayBeServed(chain, head, number) ? OptionalLong.of(number) : OptionalLong.empty();
    }

    private static long newest(VersionChain chain, Head head, Instant time) {
        long number = head.version();
        while (number > 0 && (isAfter(chain, number, time) || !mayBeServed(chain, head, number))) {
            number--;
        }
        return number;
    }

    private static void requireSame(VersionChain chain, Tag tag) {
        if (!chain.digest(tag.version()).equals(tag.digest())) {
            throw new ErrataException(
                    Failure.VERSION_CHAIN_BROKEN,
                    "tag " + tag.name() + ": version " + tag.version() + " with digest " + tag.digest() + " (expected: "
                            + chain.digest(tag.version()) + ")");
        }
    }

    /** Whether it was not held, or is the announced one. */
    static boolean mayBeServed(VersionChain chain, Head head, long number) {
        return number == 0 || number == head.version() || chain.get(number).held().isEmpty();
    }

    /** As it would be written. */
    @Override
    public String toString() {
        if (ref instanceof VersionRef.Numbered numbered) {
            return Long.toString(numbered.number());
        }
        if (ref instanceof VersionRef.Tagged tagged) {
            return tagged.name();
        }
        return ref instanceof VersionRef.At at ? at.time().toString() : "head";
    }
}
