package dev.errata.history;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lines of the log, newest first.
 *
 * @param next what to ask for to go on; empty when there are no older ones
 */
public record LogPage(List<Line> lines, Optional<LogFilter.Cursor> next) {
    public LogPage {
        lines = List.copyOf(lines);
        requireNonNull(next, "next");
    }

    /** Something that happened. */
    public sealed interface Line {
        LogFilter.Cursor cursor();
    }

    /**
     * A version was made.
     *
     * @param facts some of the facts that it wrote, those that were asked for
     * @param to the version that a rollback brought back
     * @param held why it was not announced by itself
     */
    public record Made(
            LogFilter.Cursor cursor,
            long version,
            Status status,
            Instant committedAt,
            String intent,
            String digest,
            long written,
            long removed,
            List<FactLine> facts,
            OptionalLong to,
            Optional<String> reason,
            Optional<Failure> held) implements Line {
        public Made {
            facts = List.copyOf(facts);
        }
    }

    /**
     * A fact change reached its fate.
     *
     * @param version that holds it, of an applied one
     * @param code of a rejected one, with its message
     * @param by the newer event, of a superseded one
     */
    public record Settled(
            LogFilter.Cursor cursor,
            Status status,
            Instant at,
            FactKey key,
            EventId event,
            Position position,
            OptionalLong version,
            Optional<Failure> code,
            Optional<String> message,
            Optional<EventId> by) implements Line {}
}
