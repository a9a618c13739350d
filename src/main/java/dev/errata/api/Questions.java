package dev.errata.api;

import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.follower.Ask;
import dev.errata.worker.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.OptionalLong;

/**
 * Turns what a request says into a question, within the limits, and the versions that it names into numbers.
 *
 * <h2>Thread safety</h2> Safe.
 */
@Singleton
final class Questions {
    private static final int TOKENS = 8;

    private final Settings.Limits limits;
    private final References references;

    @Inject
    Questions(Settings settings, References references) {
        this.limits = settings.limits();
        this.references = references;
    }

    /**
     * @param tokens null where the request leaves them out
     * @param objects likewise
     * @throws ErrataException REQUEST_INVALID
     */
    Ask of(String prompt, OptionalLong version, Integer tokens, List<String> objects) {
        if (prompt == null || prompt.isBlank()) {
            throw new ErrataException(Failure.REQUEST_INVALID, "prompt: none (expected: some text)");
        }
        int most = tokens == null ? TOKENS : tokens;
        if (most < 1 || most > limits.askTokens()) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID, "tokens: " + most + " (expected: 1.." + limits.askTokens() + ", errata.limits.ask-tokens)");
        }
        List<String> choices = objects == null ? List.of() : objects;
        if (choices.size() > limits.askObjects() || choices.stream().anyMatch(object -> object == null || object.isBlank())) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID,
                    "objects: " + choices.size() + " (expected: up to " + limits.askObjects() + ", errata.limits.ask-objects; none empty)");
        }
        return new Ask(prompt, version, most, choices);
    }

    /** How many tokens a link asks for. */
    int tokens(String text) {
        return (int) Numbers.read("tokens", text, TOKENS, 1, limits.askTokens());
    }

    /**
     * The number of a version as it was written. What a number means needs no history, and the follower knows whether it is there.
     *
     * @throws ErrataException REQUEST_INVALID, VERSION_UNKNOWN or TAG_UNKNOWN
     */
    long number(String version) throws InterruptedException {
        VersionRef ref = VersionRef.parse(version);
        return ref instanceof VersionRef.Numbered numbered ? numbered.number() : references.number(ref);
    }

    /** @throws ErrataException REQUEST_INVALID when the range is none, or too long */
    void requireRange(long from, long to) {
        if (from > to) {
            throw new ErrataException(Failure.REQUEST_INVALID, "versions: " + from + ".." + to + " (expected: the earlier one first)");
        }
        if (to - from >= limits.askVersions()) {
            throw new ErrataException(
                    Failure.REQUEST_INVALID,
                    "versions: " + from + ".." + to + ", " + (to - from + 1) + " of them (expected: up to " + limits.askVersions()
                            + ", errata.limits.ask-versions)");
        }
    }
}
