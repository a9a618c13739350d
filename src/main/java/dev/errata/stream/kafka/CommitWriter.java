package dev.errata.stream.kafka;

import dev.errata.delta.Chunk;
import dev.errata.delta.ChunkRef;
import dev.errata.delta.Digest;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Commit;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.event.EventType;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;

/** Puts all that a commit makes visible into a transaction: chunks, version, evaluation, outcomes, ledger. */
final class CommitWriter {
    private final ModelLine line;
    private final Clock clock;
    private final byte[] key;

    CommitWriter(ModelLine line, Clock clock) {
        this.line = line;
        this.clock = clock;
        this.key = RecordKey.of(line.model());
    }

    /** @param intentOffset of the intent that the commit ends, in the batches topic */
    void write(Transactions.Outbox out, Commit commit, long intentOffset) {
        commit.version().ifPresent(version -> version(out, version, commit, intentOffset));
        commit.evaluation().ifPresent(evaluation -> send(out, Topic.EVALUATIONS, key, Events.of(line, evaluation)));
        Instant now = commit.version().map(Version::committedAt).orElseGet(clock::instant);
        commit.outcomes().forEach(
                outcome -> send(out, Topic.OUTCOMES, RecordKey.of(line.model(), outcome.key()), Events.of(line, outcome, now)));
    }

    private void version(Transactions.Outbox out, Version version, Commit commit, long intentOffset) {
        if (version.change() instanceof Solved solved) {
            payload(out, EventType.DELTA_CHUNK, version, solved.delta(), commit.delta());
            payload(out, EventType.PAIRS_CHUNK, version, solved.pairs(), commit.pairs());
        }
        send(out, Topic.VERSIONS, key, Events.of(line, version, intentOffset));
        int place = 0;
        for (LedgerChange change : commit.ledger()) {
            CloudEvent event = Events.of(line, change, version, place++);
            send(out, Topic.LEDGER, RecordKey.of(line.model(), change.key()), event);
        }
    }

    /** Cuts the payload as the version says. What every reader would refuse for ever is refused here, before it is committed. */
    private void payload(Transactions.Outbox out, EventType type, Version version, PayloadRef ref, byte[] payload) {
        int at = 0;
        int index = 0;
        for (ChunkRef part : ref.chunks()) {
            byte[] bytes = Arrays.copyOfRange(payload, at, at + part.bytes());
            String sha256 = Digest.sha256(bytes);
            if (!sha256.equals(part.sha256())) {
                throw invalid(type, "SHA-256 of chunk " + (index + 1) + " is " + sha256, part.sha256());
            }
            Chunk chunk = new Chunk(index++, ref.chunks().size(), bytes);
            send(out, type.topic(), key, Events.of(line, type, version, chunk, part));
            at += bytes.length;
        }
        if (at != payload.length || at != ref.bytes()) {
            throw invalid(type, payload.length + " bytes", ref.bytes() + " in chunks of " + at);
        }
    }

    private static ErrataException invalid(EventType type, String found, String expected) {
        String message = type.type() + ": " + found + " (expected: " + expected + ", as the version says)";
        return new ErrataException(Failure.CHUNK_INVALID, message);
    }

    private void send(Transactions.Outbox out, Topic topic, byte[] recordKey, CloudEvent event) {
        out.send(Records.of(line.topic(topic), recordKey, event));
    }
}
