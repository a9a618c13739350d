package dev.errata.audit;

import static dev.errata.audit.MemoryLog.moved;
import static dev.errata.audit.MemoryLog.valued;

import dev.errata.batch.Intent;
import dev.errata.delta.ChunkRef;
import dev.errata.delta.Digest;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.fact.EventId;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.Failure;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.IntentCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A sound log with one fault at a time, for the check that the auditor sees each. */
public final class LogFaults {
    /** @param breaks the invariant that must be found broken; others may be too */
    public record Fault(MemoryLog log, Invariant breaks) {}

    static final long FAR = 1_000_000;
    /** Beyond what a topic of ordinary size takes. */
    private static final int TOO_LARGE = 2_000_000;

    private final MemoryLog log;
    private final Map<String, Fault> faults = new LinkedHashMap<>();

    private LogFaults(MemoryLog log) {
        this.log = log;
    }

    /** @param log with every fate but a conflict's, a dead letter of a fact, a rollback and three edits at least */
    public static Map<String, Fault> of(MemoryLog log) {
        LogFaults faults = new LogFaults(log);
        faults.ofFacts();
        faults.ofOutcomes();
        faults.ofIntents();
        faults.ofVersions();
        faults.ofPayloads();
        faults.ofViews();
        return faults.faults;
    }

    private void ofFacts() {
        put("a change that nobody read", Invariant.ONE_OUTCOME, Topic.FACTS, again(0));
        put("a lost change", Invariant.ONE_OUTCOME, Topic.FACTS, without(0));
        put("an outcome of another line's change", Invariant.ONE_OUTCOME, Topic.FACTS, replaced(0, MemoryLog::ofAnotherLine));
        put("a lost dead letter", Invariant.ONE_OUTCOME, Topic.DEAD_LETTERS, without(0));
        put("a doubled dead letter", Invariant.ONE_OUTCOME, Topic.DEAD_LETTERS, again(0));
        put("an altered dead letter", Invariant.ANSWERS, Topic.DEAD_LETTERS, replaced(0, letter -> valued(letter, new byte[] {9})));
        put("offsets outside the transaction", Invariant.TOGETHER, log.consumed(Map.of(0, 0L)));
    }

    private void ofOutcomes() {
        put("a lost outcome", Invariant.ONE_OUTCOME, Topic.OUTCOMES, without(0));
        put("a doubled outcome", Invariant.ONE_OUTCOME, Topic.OUTCOMES, again(0));
        int applied = outcome(Fate.Applied.class);
        Fate.Applied fate = (Fate.Applied) outcomes().get(applied).fate();
        fate("applied in another version", Invariant.TOGETHER, applied, new Fate.Applied(fate.version() + 1, fate.replaced()));
        fate("replaced what was not live", Invariant.ANSWERS, applied, new Fate.Applied(
                fate.version(), Optional.of(new Outcome.Replaced(outcomes().get(applied).event(), "nothing", 1))));
        fate("a sealed change superseded", Invariant.ONE_OUTCOME, applied, new Fate.Superseded(outcomes().get(applied).event()));
        fate("a first reading as a duplicate", Invariant.ONE_OUTCOME, applied, new Fate.Duplicate());
        fate("a superseded change applied", Invariant.ANSWERS, outcome(Fate.Superseded.class), new Fate.Applied(1, Optional.empty()));
        fate("superseded by another fact's change", Invariant.ONCE, outcome(Fate.Superseded.class), new Fate.Superseded(otherKey()));
        fate("a duplicate applied", Invariant.ONCE, outcome(Fate.Duplicate.class), fate);
        put("a rejected fact in a version", Invariant.FINITE, Topic.OUTCOMES, replaced(applied, record -> valued(
                record, EventCodec.OUTCOME.encode(with(outcomes().get(applied), new Fate.Rejected(
                        Failure.GUARD_DRIFT, "drift"))))));
    }

    private void ofIntents() {
        put("a lost intent", Invariant.ANSWERS, Topic.BATCHES, without(0));
        put("a doubled intent", Invariant.ONCE, Topic.BATCHES, again(0));
        put("intents in another order", Invariant.ONE_WRITER, Topic.BATCHES, batches -> {
            RawRecord first = batches.get(0);
            batches.set(0, moved(batches.get(1), first.position().offset()));
            batches.set(1, moved(first, log.of(Topic.BATCHES).get(1).position().offset()));
            return batches;
        });
        put("a subject twice in a batch", Invariant.NO_CONFLICT, Topic.BATCHES, replaced(0, record -> {
            String json = new String(record.value(), StandardCharsets.UTF_8);
            int begin = json.indexOf("[", json.indexOf("\"arrivals\""));
            int end = json.indexOf("],\"cause\"");
            String arrivals = json.substring(begin + 1, end);
            return valued(record, (json.substring(0, end) + "," + arrivals + json.substring(end)).getBytes(StandardCharsets.UTF_8));
        }));
        put("an older revision in a later batch", Invariant.ONCE, Topic.BATCHES, replaced(1, record -> valued(
                record, new String(record.value(), StandardCharsets.UTF_8)
                        .replace("\"number\":3", "\"number\":0")
                        .getBytes(StandardCharsets.UTF_8))));
        int last = last(Topic.BATCHES, record -> readable(record) instanceof Intent.Rollback back && back.to() == 1);
        put("a rollback that was not made", Invariant.ROLLBACK, Topic.BATCHES, batches -> {
            batches.add(moved(renamed(batches.get(last), "r-another"), FAR));
            return batches;
        });
    }

    private void ofVersions() {
        int newest = log.of(Topic.VERSIONS).size() - 1;
        put("a lost version", Invariant.CHAIN, Topic.VERSIONS, without(0));
        put("a lost last version", Invariant.CHAIN, Topic.VERSIONS, without(newest));
        put("a doubled version", Invariant.ONE_WRITER, Topic.VERSIONS, again(newest));
        put("a version that cannot be read", Invariant.ANSWERS, Topic.VERSIONS, replaced(1, record -> valued(record, new byte[] {1})));
        version("another parent", Invariant.CHAIN, newest, v -> with(v, v.change(), "0".repeat(64)));
        int rollback = last(Topic.VERSIONS, record -> version(record).change() instanceof RolledBack);
        version("a rollback to another version", Invariant.ROLLBACK, rollback, v -> with(v, new RolledBack(2, "test"), v.parentDigest()));
    }

    private void ofPayloads() {
        put("an altered delta", Invariant.CHUNKS, Topic.DELTAS, replaced(0, record -> valued(record, flipped(record.value()))));
        put("altered pairs", Invariant.CHUNKS, Topic.KEYS, replaced(0, record -> valued(record, flipped(record.value()))));
        put("a lost delta", Invariant.CHUNKS, Topic.DELTAS, deltas -> new ArrayList<>());
        put("a lost chunk", Invariant.CHUNKS, Topic.KEYS, without(1));
        put("a doubled chunk", Invariant.CHUNKS, Topic.DELTAS, deltas -> {
            deltas.add(1, deltas.get(0));
            return deltas;
        });
        put("chunks in another order", Invariant.CHUNKS, Topic.KEYS, keys -> {
            Collections.swap(keys, 0, 1);
            return keys;
        });
        put("a chunk of no version", Invariant.CHUNKS, Topic.DELTAS, again(0));
        payload("another delta under right hashes", Invariant.REPLAY, bytes -> flipped(bytes));
        payload("a delta that is not finite", Invariant.FINITE, bytes -> {
            byte[] nan = bytes.clone();
            nan[nan.length - 1] = 0x7f;
            nan[nan.length - 2] = (byte) 0xc0;
            return nan;
        });
    }

    private void ofViews() {
        put("a lost evaluation", Invariant.TOGETHER, Topic.EVALUATIONS, without(0));
        put("a doubled evaluation", Invariant.TOGETHER, Topic.EVALUATIONS, again(0));
        put("an evaluation that is too large", Invariant.LIMITS, Topic.EVALUATIONS, replaced(0, record -> new RawRecord(
                record.position(), record.time(), record.key(), record.value(),
                List.of(new RawRecord.Header("padding", new byte[TOO_LARGE])))));
        long newest = log.of(Topic.VERSIONS).size();
        put("a lost head", Invariant.CHAIN, Topic.HEAD, heads -> keep(heads, h -> EventCodec.HEAD.decode(h.value()).version() < newest));
        put("a head that goes back", Invariant.CHAIN, Topic.HEAD, again(0));
        put("a lost change of the ledger", Invariant.TOGETHER, Topic.LEDGER, ledger -> keep(ledger, record -> {
            String made = record.header("ce_id").orElseThrow();
            return !made.startsWith("ledger-" + newest + "-");
        }));
        put("a doubled change of the ledger", Invariant.TOGETHER, Topic.LEDGER, again(0));
    }

    /** The first delta altered, with hashes in its version that fit. It must be in one chunk. */
    private void payload(String name, Invariant breaks, UnaryOperator<byte[]> change) {
        Version version = version(log.of(Topic.VERSIONS).get(0));
        Edited edited = (Edited) version.change();
        List<byte[]> chunks = log.of(Topic.DELTAS).subList(0, edited.delta().chunks().size()).stream().map(RawRecord::value).toList();
        List<byte[]> changed = new ArrayList<>(chunks);
        changed.set(chunks.size() - 1, change.apply(chunks.get(chunks.size() - 1)));
        byte[] whole = new byte[(int) edited.delta().bytes()];
        int at = 0;
        for (byte[] chunk : changed) {
            System.arraycopy(chunk, 0, whole, at, chunk.length);
            at += chunk.length;
        }
        PayloadRef ref = new PayloadRef(
                whole.length, Digest.sha256(whole), changed.stream().map(c -> new ChunkRef(c.length, Digest.sha256(c))).toList());
        Edited other = new Edited(edited.in(), edited.out(), edited.rewritten(), ref, edited.pairs());
        MemoryLog altered = log
                .with(Topic.DELTAS, replaced(chunks.size() - 1, record -> valued(record, changed.get(chunks.size() - 1))))
                .with(Topic.VERSIONS, replaced(0, record -> valued(
                        record, EventCodec.VERSION.encode(with(version, other, version.parentDigest())))));
        put(name, breaks, altered);
    }

    private void version(String name, Invariant breaks, int at, UnaryOperator<Version> change) {
        put(name, breaks, Topic.VERSIONS, replaced(at, record -> valued(
                record, EventCodec.VERSION.encode(change.apply(version(record))))));
    }

    static Version with(Version v, Version.Change change, String parent) {
        return new Version(
                v.model(), v.number(), v.intent(), change, parent, v.digest(), v.tensors(), v.committedAt(), v.provenance(), v.held(),
                v.origin());
    }

    static Version version(RawRecord record) {
        return EventCodec.VERSION.decode(record.value());
    }

    private static Intent readable(RawRecord record) {
        try {
            return IntentCodec.read(record);
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static RawRecord renamed(RawRecord record, String id) {
        List<RawRecord.Header> headers = new ArrayList<>(record.headers());
        headers.removeIf(header -> header.name().equals("ce_id"));
        headers.add(new RawRecord.Header("ce_id", id.getBytes(StandardCharsets.UTF_8)));
        return new RawRecord(record.position(), record.time(), record.key(), record.value(), headers);
    }

    private List<Outcome> outcomes() {
        return log.of(Topic.OUTCOMES).stream().map(record -> EventCodec.OUTCOME.decode(record.value())).toList();
    }

    private int outcome(Class<? extends Fate> fate) {
        List<Outcome> all = outcomes();
        for (int i = 0; i < all.size(); i++) {
            if (fate.isInstance(all.get(i).fate())) {
                return i;
            }
        }
        throw new AssertionError("no outcome is " + fate.getSimpleName() + " (expected: one at least)");
    }

    /** An event about another fact than the superseded change. */
    private EventId otherKey() {
        Outcome superseded = outcomes().get(outcome(Fate.Superseded.class));
        return outcomes().stream().filter(one -> !one.key().equals(superseded.key())).findFirst().orElseThrow().event();
    }

    private void fate(String name, Invariant breaks, int at, Fate fate) {
        put(name, breaks, Topic.OUTCOMES, replaced(at, record -> valued(
                record, EventCodec.OUTCOME.encode(with(EventCodec.OUTCOME.decode(record.value()), fate)))));
    }

    static Outcome with(Outcome outcome, Fate fate) {
        return new Outcome(outcome.event(), outcome.key(), outcome.position(), fate);
    }

    private int last(Topic topic, Predicate<RawRecord> wanted) {
        List<RawRecord> all = log.of(topic);
        for (int i = all.size() - 1; i >= 0; i--) {
            if (wanted.test(all.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no such record in " + topic + " (expected: one at least)");
    }

    private void put(String name, Invariant breaks, Topic topic, UnaryOperator<List<RawRecord>> change) {
        put(name, breaks, log.with(topic, change));
    }

    private void put(String name, Invariant breaks, MemoryLog altered) {
        faults.put(name, new Fault(altered, breaks));
    }

    static UnaryOperator<List<RawRecord>> without(int at) {
        return records -> {
            records.remove(at);
            return records;
        };
    }

    /** The record once more, at the end. */
    private static UnaryOperator<List<RawRecord>> again(int at) {
        return records -> {
            records.add(moved(records.get(at), FAR));
            return records;
        };
    }

    static UnaryOperator<List<RawRecord>> replaced(int at, UnaryOperator<RawRecord> change) {
        return records -> {
            records.set(at, change.apply(records.get(at)));
            return records;
        };
    }

    private static List<RawRecord> keep(List<RawRecord> records, Predicate<RawRecord> wanted) {
        records.removeIf(wanted.negate());
        return records;
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] altered = Arrays.copyOf(bytes, bytes.length);
        altered[altered.length - 3] ^= 1;
        return altered;
    }
}
