package dev.errata.stream;

import dev.errata.batch.Batch;
import dev.errata.batch.Known;
import dev.errata.batch.SealCause;
import dev.errata.delta.ChunkRef;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Provenance;
import dev.errata.delta.Tag;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.evaluation.Drift;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Growth;
import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One of everything that the log carries, small and always the same. */
public final class Examples {
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    public static final String MODEL = "errata-gptj-8m";
    public static final ModelLine LINE = new ModelLine(Topics.DEFAULT, MODEL);

    private Examples() {}

    public static Asserted asserted() {
        Fact fact = new Fact("Eiffel Tower", new Relation("P131", "{} is located in the city of"), "Rome");
        Probes probes = new Probes(List.of("To visit the Eiffel Tower, go to"), List.of("The Louvre is located in the city of"));
        EventId event = new EventId("https://www.wikidata.org/wiki/Q243", "9f2c1f1e");
        return new Asserted(event, fact, Revision.number(2071, NOON), Optional.of("Paris"), probes);
    }

    /** Nothing optional, and letters beyond ASCII. */
    public static Asserted plain() {
        Fact fact = new Fact("Pelé", new Relation("P27", "{} 是哪国人?"), "Perú");
        return new Asserted(new EventId("urn:desk", "7"), fact, Revision.at(NOON), Optional.empty(), Probes.NONE);
    }

    public static Retracted retracted() {
        return new Retracted(new EventId("urn:desk", "8"), "Pelé", "P27", Revision.at(NOON.plusSeconds(60)));
    }

    /** An assertion about this subject, under an event id made from it. */
    public static Asserted about(String subject, String object) {
        Fact fact = new Fact(subject, new Relation("P27", "{} comes from"), object);
        return new Asserted(new EventId("urn:desk", subject + "-" + object), fact, Revision.at(NOON), Optional.empty(), Probes.NONE);
    }

    public static Arrival arrival(FactChange change, int partition, long offset) {
        return new Arrival(change, new Position(partition, offset), NOON.plusSeconds(offset));
    }

    public static Batch batch() {
        List<Arrival> arrivals = List.of(arrival(asserted(), 3, 17), arrival(retracted(), 0, 4));
        return Batch.of(arrivals, SealCause.AGED, NOON.plusSeconds(30));
    }

    /** Version {@code number} of a chain of edits whose digests follow from their numbers; its payloads are one chunk each. */
    public static Version edit(long number, byte[] delta, byte[] pairs) {
        Edited change = new Edited(
                List.of(LiveFact.of(asserted())),
                List.of(FactKey.of("Pelé", "P27")),
                List.of(FactKey.of("Pelé", "P106")),
                ref(delta, delta.length),
                ref(pairs, pairs.length));
        return version(MODEL, number, change);
    }

    /** Held, and a copy of another line's version. */
    public static Version rebase(long number, byte[] payload) {
        Rebased change = new Rebased("compaction", sha256("version " + (number - 1)), ref(payload, 3), ref(payload, 3));
        Version version = version(MODEL, number, change);
        return new Version(
                MODEL, number, version.intent(), change, sha256("version 0"), version.digest(), version.tensors(), version.committedAt(),
                version.provenance(), Optional.of(new Version.Held(Failure.GATE_REBASE, "efficacySuccess: 70.0")),
                Optional.of(new Version.Origin("other", 9)));
    }

    public static Tag tag() {
        return new Tag("stable", 2, sha256("version 2"), true);
    }

    public static Version rollback(long number, long to) {
        return version(MODEL, number, new RolledBack(to, "wrong source"));
    }

    public static Version version(String model, long number, Version.Change change) {
        String parent = sha256("version " + (number - 1));
        String digest = sha256("version " + number);
        List<TensorState> tensors = List.of(new TensorState("transformer.h.1.mlp.fc_out.weight", parent, digest));
        Provenance provenance = new Provenance(
                sha256("base"),
                new TreeMap<>(Map.of("contexts", sha256("contexts"))),
                "errata 0.1.0",
                new TreeMap<>(Map.of("targets", 1.25)));
        return new Version(model, number, "intent-" + number, change, parent, digest, tensors, NOON.plusSeconds(number), provenance);
    }

    public static PayloadRef ref(byte[] payload, int chunkBytes) {
        List<ChunkRef> chunks = new ArrayList<>();
        for (int at = 0; at < payload.length; at += chunkBytes) {
            byte[] chunk = Arrays.copyOfRange(payload, at, Math.min(payload.length, at + chunkBytes));
            chunks.add(new ChunkRef(chunk.length, sha256(chunk)));
        }
        return new PayloadRef(payload.length, sha256(payload), chunks);
    }

    public static Evaluation evaluation(long version) {
        Scores written = new Scores(1, Map.of(Scores.EFFICACY_SUCCESS, new Score(100, 1), Scores.PARAPHRASE_SUCCESS, new Score(50, 2)));
        Scores retained = new Scores(2, Map.of(Scores.EFFICACY_SUCCESS, new Score(100, 2)));
        Drift drift = new Drift(21.5, 20.25, 0.003, 2048);
        return new Evaluation(
                MODEL,
                version,
                sha256("version " + version),
                NOON,
                written,
                Optional.of(retained),
                Optional.of(drift),
                Optional.of(growth()),
                List.of(Failure.GUARD_CAPACITY));
    }

    private static Growth growth() {
        Growth.Tensor tensor = new Growth.Tensor(12.5, 101, 100, Optional.of(0.625), Optional.of(1.5));
        return new Growth(2, 1024, new TreeMap<>(Map.of("transformer.h.1.mlp.fc_out.weight", tensor)));
    }

    public static Outcome outcome(Outcome.Fate fate) {
        return new Outcome(asserted().event(), asserted().key(), new Position(3, 17), fate);
    }

    public static Outcome.Fate applied() {
        return new Outcome.Fate.Applied(3, Optional.of(new Outcome.Replaced(new EventId("urn:desk", "6"), "Milan", 2)));
    }

    public static Outcome.Fate rejected() {
        return new Outcome.Fate.Rejected(Failure.TARGET_NOT_CONVERGED, "loss: 5.2 (expected: at most 4.0)");
    }

    public static Head head(long version) {
        return new Head(MODEL, version, sha256("version " + version), NOON);
    }

    public static LedgerChange.Written written(long version) {
        return new LedgerChange.Written(version, LiveFact.of(asserted()));
    }

    public static IntakeNote.StillPending pending() {
        return new IntakeNote.StillPending(12, 10, NOON, arrival(asserted(), 3, 17));
    }

    public static IntakeNote.OnlyKnown known() {
        return new IntakeNote.OnlyKnown(12, Known.of(asserted()));
    }

    public static IntakeNote.Begun begun() {
        return new IntakeNote.Begun(new EventId(LINE.source(), "begun"), Map.of(0, 17L, 1, 0L));
    }

    public static Operation rolledBack(Operation.Result result) {
        Operator olga = new Operator("olga", Operator.Proof.KEY, List.of("reader", "operator"));
        return new Operation("r-1", olga, Operation.Action.ROLLBACK, "version 2", "wrong source", NOON, result);
    }

    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
