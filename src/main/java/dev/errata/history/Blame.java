package dev.errata.history;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.FactKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why the model claims what it claims of a subject, or claims nothing any more.
 *
 * @param keys one for each relation that was ever written or asked for
 */
public record Blame(String subject, List<OfKey> keys) {
    public Blame {
        requireNonNull(subject, "subject");
        keys = List.copyOf(keys);
    }

    /**
     * One fact key.
     *
     * @param live what is claimed now
     * @param claims what was ever claimed, oldest first: the newest {@link HistoryIndex#LISTED}, and the live one
     * @param total how many claims there are
     * @param unwritten the newest changes of this key that no version holds, newest first
     */
    public record OfKey(FactKey key, Optional<Claim> live, List<Claim> claims, long total, List<LogPage.Settled> unwritten) {
        public OfKey {
            requireNonNull(key, "key");
            requireNonNull(live, "live");
            claims = List.copyOf(claims);
            unwritten = List.copyOf(unwritten);
        }
    }

    /**
     * A fact that a version wrote.
     *
     * @param saidAt the time that its event names
     * @param batch the intent that the version carried out
     * @param stated what its source says was true before
     * @param replaced what was live before
     * @param spans when it was live, oldest first; more than one when a rollback brought it back
     */
    public record Claim(
            FactLine fact,
            Instant saidAt,
            String batch,
            Instant committedAt,
            Optional<String> stated,
            Optional<FactLine> replaced,
            List<Span> spans) {
        public Claim {
            spans = List.copyOf(spans);
        }

        boolean live() {
            return spans.stream().anyMatch(span -> span.ending().isEmpty());
        }
    }

    /**
     * @param since the first version in which it was live
     * @param ending empty while it is live
     */
    public record Span(long since, Optional<Ending> ending) {}
}
