package dev.errata.stream.event;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Position;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an index of the log needs of a record, and no more: names and kinds as they are on the wire. What is left out is not even made
 * into objects, which is most of the time of reading; nor is the schema looked at. For views that decide nothing; whoever decides reads
 * the records themselves ({@link EventCodec}).
 */
public final class Outlines {
    public static final EventCodec<OfVersion> VERSION = EventCodec.outline(EventType.VERSION_COMMITTED, OfVersion.class);
    public static final EventCodec<OfOutcome> OUTCOME = EventCodec.outline(EventType.OUTCOME_SETTLED, OfOutcome.class);

    private Outlines() {}

    /** @see dev.errata.delta.Version */
    public record OfVersion(
            long number,
            String intent,
            OfChange change,
            String parentDigest,
            String digest,
            Instant committedAt,
            Optional<OfHeld> held) {
        public OfVersion {
            requireNonNull(intent, "intent");
            requireNonNull(change, "change");
            requireNonNull(parentDigest, "parentDigest");
            requireNonNull(digest, "digest");
            requireNonNull(committedAt, "committedAt");
        }

        /** The digest of version {@code number - 1}. */
        public String predecessorDigest() {
            return change.predecessor().orElse(parentDigest);
        }
    }

    /** Of any kind: what another kind has is absent. */
    public record OfChange(
            String kind, List<OfFact> in, List<FactKey> out, Optional<Long> to, Optional<String> reason, Optional<String> predecessor) {
        public OfChange {
            requireNonNull(kind, "kind");
            in = in == null ? List.of() : List.copyOf(in);
            out = out == null ? List.of() : List.copyOf(out);
        }
    }

    /** @see dev.errata.delta.LiveFact */
    public record OfFact(EventId event, OfText fact, OfRevision revision, Optional<String> previousObject) {
        public OfFact {
            requireNonNull(event, "event");
            requireNonNull(fact, "fact");
            requireNonNull(revision, "revision");
        }

        public FactKey key() {
            return FactKey.of(fact.subject(), fact.relation().id());
        }
    }

    /** @see dev.errata.fact.Fact */
    public record OfText(String subject, OfRelation relation, String object) {
        public OfText {
            requireNonNull(subject, "subject");
            requireNonNull(relation, "relation");
            requireNonNull(object, "object");
        }
    }

    /** @see dev.errata.fact.Relation */
    public record OfRelation(String id) {
        public OfRelation {
            requireNonNull(id, "id");
        }
    }

    /** @see dev.errata.fact.Revision */
    public record OfRevision(Instant time) {
        public OfRevision {
            requireNonNull(time, "time");
        }
    }

    /** @see dev.errata.delta.Version.Held */
    public record OfHeld(String code) {}

    /** @see dev.errata.fact.Outcome */
    public record OfOutcome(EventId event, FactKey key, Position position, OfFate fate) {
        public OfOutcome {
            requireNonNull(event, "event");
            requireNonNull(key, "key");
            requireNonNull(position, "position");
            requireNonNull(fate, "fate");
        }
    }

    /** Of any kind: what another kind has is absent. */
    public record OfFate(
            String kind, Optional<Long> version, Optional<EventId> by, Optional<String> code, Optional<String> message) {
        public OfFate {
            requireNonNull(kind, "kind");
        }
    }
}
