package dev.errata.fact;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.Failure;
import java.util.Optional;

/**
 * The one terminal fate of a fact change that was read at a position. An event that is sent twice is read at two positions and has two
 * outcomes, of which at least one is {@link Fate.Duplicate}.
 */
public record Outcome(EventId event, FactKey key, Position position, Fate fate) {
    public Outcome {
        requireNonNull(event, "event");
        requireNonNull(key, "key");
        requireNonNull(position, "position");
        requireNonNull(fate, "fate");
    }

    /** How a fact change ended. */
    public sealed interface Fate {
        /**
         * The weights of {@code version} hold the change.
         *
         * @param replaced the live fact that it took the place of, if there was one
         */
        record Applied(long version, Optional<Replaced> replaced) implements Fate {
            public Applied {
                requireNonNull(replaced, "replaced");
            }
        }

        /**
         * A newer revision of the same fact by the same source was known before this one could be written.
         *
         * @param by the newest such event that was known then
         */
        record Superseded(EventId by) implements Fate {
            public Superseded {
                requireNonNull(by, "by");
            }
        }

        /** The same event was read before. */
        record Duplicate() implements Fate {}

        /** The change was not and will not be made. */
        record Rejected(Failure code, String message) implements Fate {
            public Rejected {
                requireNonNull(code, "code");
                requireNonNull(message, "message");
            }
        }
    }

    /** A live fact that another took the place of. */
    public record Replaced(EventId event, String object, long version) {
        public Replaced {
            requireNonNull(event, "event");
            requireNonNull(object, "object");
        }
    }
}
