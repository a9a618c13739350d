package dev.errata.stream.event;

import dev.errata.batch.Intent;
import dev.errata.delta.Chunk;
import dev.errata.delta.ChunkRef;
import dev.errata.delta.Digest;
import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.failure.Failure;
import dev.errata.stream.Audience;
import dev.errata.stream.FactEvent;
import dev.errata.stream.Head;
import dev.errata.stream.IntakeNote;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.SharedTarget;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Everything that is written, as an event. Ids follow from the content, so whatever is written twice has the same id twice. */
public final class Events {
    public static final String VERSION_HEADER = "errata-version";
    public static final String CHUNK_HEADER = "errata-chunk";
    public static final String SHA256_HEADER = "errata-sha256";

    /** On a version: the offset of its intent in the batches topic. */
    public static final String INTENT_OFFSET_HEADER = "errata-intent-offset";

    private Events() {}

    /** For every line. Errors as for {@link #of(FactEvent)}. */
    public static CloudEvent of(FactChange change) {
        return of(new FactEvent(change));
    }

    /** @throws dev.errata.failure.ErrataException FACT_UNREADABLE for text that is no Unicode */
    public static CloudEvent of(FactEvent fact) {
        FactChange change = fact.change();
        byte[] data;
        EventType type;
        if (change instanceof FactChange.Asserted asserted) {
            type = EventType.FACT_ASSERTED;
            data = Json.bytes(type, FactData.Assertion.of(asserted), Failure.FACT_UNREADABLE);
        } else {
            type = EventType.FACT_RETRACTED;
            data = Json.bytes(type, FactData.Retraction.of((FactChange.Retracted) change), Failure.FACT_UNREADABLE);
        }
        Map<String, String> lines = fact.audience().isEveryLine() ? Map.of() : Map.of("ce_" + Audience.ATTRIBUTE, fact.audience().text());
        return new CloudEvent(type, change.event(), subject(change.key()), change.revision().time(), lines, data);
    }

    /** @param model empty: every line is to seal */
    public static CloudEvent flush(EventId id, Optional<String> model, Instant time) {
        EventType type = EventType.BATCH_FLUSH;
        return event(type, id, model, time, Json.bytes(type, new FactData.Flush(model), Failure.FACT_UNREADABLE));
    }

    public static CloudEvent of(ModelLine line, Intent intent) {
        EventId id = new EventId(line.source(), intent.id());
        if (intent instanceof Intent.Edit edit) {
            return event(
                    EventType.BATCH_SEALED, id, Optional.of(line.model()), edit.batch().sealedAt(), EventCodec.BATCH.encode(edit.batch()));
        }
        if (intent instanceof Intent.Rebase rebase) {
            byte[] data = Json.bytes(
                    EventType.REBASE_REQUESTED, new IntentCodec.RebaseData(rebase.reason()), Failure.INTENT_UNREADABLE);
            return event(EventType.REBASE_REQUESTED, id, Optional.of(line.model()), rebase.requestedAt(), data);
        }
        Intent.Rollback rollback = (Intent.Rollback) intent;
        EventType type = EventType.ROLLBACK_REQUESTED;
        byte[] data = Json.bytes(type, IntentCodec.RollbackData.of(rollback), Failure.INTENT_UNREADABLE);
        return event(type, id, Optional.of(line.model()), rollback.requestedAt(), data);
    }

    /** @param intentOffset of the version's intent in the batches topic; negative for a copy, which has none */
    public static CloudEvent of(ModelLine line, Version version, long intentOffset) {
        String number = Long.toString(version.number());
        Map<String, String> headers = intentOffset < 0
                ? Map.of(VERSION_HEADER, number)
                : Map.of(VERSION_HEADER, number, INTENT_OFFSET_HEADER, Long.toString(intentOffset));
        EventId id = new EventId(line.source(), "version-" + version.number());
        byte[] data = EventCodec.VERSION.encode(version);
        return new CloudEvent(EventType.VERSION_COMMITTED, id, number(version.number()), version.committedAt(), headers, data);
    }

    /**
     * A chunk of a version's payload.
     *
     * @param type DELTA_CHUNK or PAIRS_CHUNK
     */
    public static CloudEvent of(ModelLine line, EventType type, Version version, Chunk chunk, ChunkRef ref) {
        int place = chunk.index() + 1;
        String kind = type == EventType.DELTA_CHUNK ? "delta-" : "pairs-";
        Map<String, String> headers = Map.of(
                VERSION_HEADER, Long.toString(version.number()),
                CHUNK_HEADER, place + "/" + chunk.count(),
                SHA256_HEADER, ref.sha256());
        EventId id = new EventId(line.source(), kind + version.number() + "-" + place);
        return new CloudEvent(type, id, number(version.number()), version.committedAt(), headers, chunk.bytes());
    }

    public static CloudEvent of(ModelLine line, Head head) {
        EventId id = new EventId(line.source(), "head-" + head.version());
        return event(EventType.HEAD_ANNOUNCED, id, number(head.version()), head.announcedAt(), EventCodec.HEAD.encode(head));
    }

    public static CloudEvent of(ModelLine line, Evaluation evaluation) {
        EventId id = new EventId(line.source(), "evaluation-" + evaluation.version());
        byte[] data = EventCodec.EVALUATION.encode(evaluation);
        return event(EventType.EVALUATION_COMPLETED, id, number(evaluation.version()), evaluation.evaluatedAt(), data);
    }

    public static CloudEvent of(ModelLine line, Outcome outcome, Instant time) {
        String place = outcome.position().partition() + "-" + outcome.position().offset();
        EventId id = new EventId(line.source(), "outcome-" + place);
        return event(EventType.OUTCOME_SETTLED, id, subject(outcome.key()), time, EventCodec.OUTCOME.encode(outcome));
    }

    /**
     * A change of the ledger.
     *
     * @param version the version that makes it
     * @param place among the changes that the version makes
     */
    public static CloudEvent of(ModelLine line, LedgerChange change, Version version, int place) {
        EventId id = new EventId(line.source(), "ledger-" + version.number() + "-" + place);
        byte[] data = change instanceof LedgerChange.Written written ? EventCodec.LEDGER.encode(written) : null;
        return event(EventType.LEDGER_CHANGED, id, subject(change.key()), version.committedAt(), data);
    }

    /** @param note none: the event is forgotten */
    public static CloudEvent of(ModelLine line, EventId noted, Optional<IntakeNote> note, Instant time) {
        EventId forgotten = new EventId(line.source(), "intake-forgotten-" + noted);
        return note.map(one -> of(line, one, time))
                .orElseGet(() -> event(EventType.INTAKE_NOTED, forgotten, Optional.of(noted.toString()), time, null));
    }

    public static CloudEvent of(ModelLine line, IntakeNote note, Instant time) {
        String kind = note instanceof IntakeNote.StillPending pending
                ? "pending-" + pending.place() + "-" + note.number()
                : note instanceof IntakeNote.Begun ? "begun" : "known-" + note.number();
        EventId id = new EventId(line.source(), "intake-" + kind);
        return event(EventType.INTAKE_NOTED, id, Optional.of(note.event().toString()), time, EventCodec.INTAKE.encode(note));
    }

    /** @throws dev.errata.failure.ErrataException REQUEST_INVALID for a reason of more than 2000 characters */
    public static CloudEvent of(ModelLine line, Operation operation) {
        EventId id = new EventId(line.source(), "operation-" + operation.id() + (operation.accepted() ? "" : "-declined"));
        EventType type = EventType.OPERATION_RECORDED;
        byte[] data = Json.bytes(type, operation, Failure.REQUEST_INVALID);
        return event(type, id, Optional.of(line.model()), operation.at(), data);
    }

    /** @param operation id of the operation that says it */
    public static CloudEvent of(ModelLine line, Tag tag, String operation, Instant time) {
        EventId id = new EventId(line.source(), operation);
        return event(EventType.VERSION_TAGGED, id, Optional.of(tag.name()), time, EventCodec.TAG.encode(tag));
    }

    /** A target that was found; two workers may find and write it both. */
    public static CloudEvent of(ModelLine line, SharedTarget target, Instant time) {
        EventId id = new EventId(line.source(), "target-" + target.key());
        Map<String, String> headers = Map.of(SHA256_HEADER, Digest.sha256(target.bytes()));
        return new CloudEvent(EventType.TARGET_KEPT, id, Optional.of(target.key()), time, headers, target.bytes());
    }

    private static Optional<String> number(long version) {
        return Optional.of(Long.toString(version));
    }

    private static Optional<String> subject(FactKey key) {
        return Optional.of(key.toString());
    }

    private static CloudEvent event(EventType type, EventId id, Optional<String> subject, Instant time, byte[] data) {
        return new CloudEvent(type, id, subject, time, Map.of(), data);
    }
}
