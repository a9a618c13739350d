package dev.errata.audit;

import static dev.errata.audit.MemoryLog.moved;
import static dev.errata.audit.MemoryLog.valued;

import dev.errata.audit.LogFaults.Fault;
import dev.errata.batch.Intent;
import dev.errata.delta.Chunk;
import dev.errata.delta.Chunks;
import dev.errata.delta.Pairs;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.fact.Outcome;
import dev.errata.failure.Failure;
import dev.errata.stream.Head;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.Operation.Action;
import dev.errata.stream.Operation.Result;
import dev.errata.stream.Operator;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.Events;
import dev.errata.stream.kafka.Records;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The log of {@link SmallLine#history} with one fault at a time, in what {@link LogFaults} knows nothing of. */
final class HistoryFaults {
    private static final int CHUNK_BYTES = 600;
    private static final int REBASED = 6;
    private static final int REJECTED = 9;
    /** Back to the base, by an operator, though facts are live. */
    private static final int BASE = 16;
    private static final int REBASED_AGAIN = 21;

    private final MemoryLog log;
    private final ModelLine line;
    private final Map<String, Fault> faults = new LinkedHashMap<>();

    private HistoryFaults(MemoryLog log, ModelLine line) {
        this.log = log;
        this.line = line;
    }

    static Map<String, Fault> of(MemoryLog log, ModelLine line) {
        HistoryFaults faults = new HistoryFaults(log, line);
        faults.ofHeld();
        faults.ofRejects();
        faults.ofRebases();
        faults.ofPayloads();
        faults.ofTags();
        return faults.faults;
    }

    private void ofHeld() {
        put("a held version that was announced", Invariant.CHAIN, Topic.HEAD, heads -> {
            // The one before it was announced twice: when it was made, and when this one was held.
            int second = at(heads, head -> EventCodec.HEAD.decode(head.value()).version() == REJECTED - 1) + 1;
            Head head = new Head(line.model(), REJECTED, version(REJECTED).digest(), SmallLine.NOON);
            heads.set(second, valued(heads.get(second), EventCodec.HEAD.encode(head)));
            return heads;
        });
        put("a release that nobody gave", Invariant.CHAIN, Topic.AUDIT, LogFaults.without(decision(Action.RELEASE)));
        operation("a release that was not taken", Invariant.CHAIN, decision(Action.RELEASE), was -> with(
                was, was.id(), Action.RELEASE, new Result.Declined(Failure.REQUEST_INVALID, "test")));
        operation("an edit upon a rejected version", Invariant.ROLLBACK, decision(Action.RELEASE), was -> with(
                was, was.id(), Action.REJECT, was.result()));
    }

    private void ofRejects() {
        int reject = decision(Action.REJECT);
        put("a reject that nobody gave", Invariant.ANSWERS, Topic.AUDIT, LogFaults.without(reject));
        before("a reject after a release", was -> with(was, "other", Action.RELEASE, was.result()));
        before("a reject after another", was -> with(was, "other", Action.REJECT, was.result()));
        version("a reject that goes back further", Invariant.ROLLBACK, REJECTED + 1, v -> changed(v, new RolledBack(REBASED, "test")));
        for (int beside : new int[] {-1, 1}) {
            put("a reject at another intent, " + beside, Invariant.ONE_WRITER, Topic.VERSIONS, LogFaults.replaced(REJECTED, record ->
                    header(record, Events.INTENT_OFFSET_HEADER, Long.toString(intentOffset(REJECTED) + beside))));
        }
    }

    /** Another decision comes before the reject. */
    private void before(String name, UnaryOperator<Operation> change) {
        put(name, Invariant.ROLLBACK, Topic.AUDIT, audit -> {
            RawRecord reject = audit.get(decision(Action.REJECT));
            Operation other = change.apply(EventCodec.OPERATION.decode(reject.value()));
            audit.add(decision(Action.REJECT), moved(
                    valued(reject, EventCodec.OPERATION.encode(other)), reject.position().offset() - 1));
            return audit;
        });
    }

    private void ofRebases() {
        String other = "0".repeat(64);
        version("a rebase after another version", Invariant.CHAIN, REBASED, v -> {
            Rebased rebased = (Rebased) v.change();
            return changed(v, new Rebased("test", other, rebased.delta(), rebased.pairs()));
        });
        version("a rebase with another parent", Invariant.CHAIN, REBASED, v -> LogFaults.with(v, v.change(), v.predecessorDigest()));
        version("a rebase that says it is an edit", Invariant.CHAIN, REBASED, v -> {
            Rebased rebased = (Rebased) v.change();
            return changed(v, new Edited(List.of(), List.of(), List.of(), rebased.delta(), rebased.pairs()));
        });
        put("a rebase that was asked for as a rollback", Invariant.ROLLBACK, intent(version(REBASED).intent(), id ->
                new Intent.Rollback(id, REBASED - 1, "test", SmallLine.NOON)));
        put("back to the base for a rebase, while facts are live", Invariant.ROLLBACK, intent(version(BASE).intent(), id ->
                new Intent.Rebase(id, "test", SmallLine.NOON)));
        int declined = at(log.of(Topic.AUDIT), record -> {
            Operation operation = EventCodec.OPERATION.decode(record.value());
            return operation.action() == Action.REBASE && !operation.accepted();
        });
        put("a rebase that came to nothing", Invariant.ONE_OUTCOME, Topic.AUDIT, LogFaults.without(declined));
        operation("a rebase that was made and declined", Invariant.ONE_OUTCOME, declined, was -> with(
                was, version(REBASED).intent(), Action.REBASE, was.result()));
        put("a rebase that changes the ledger", Invariant.TOGETHER, Topic.LEDGER, ledger -> {
            ledger.add(moved(header(ledger.get(0), "ce_id", "ledger-" + REBASED + "-0"), LogFaults.FAR));
            return ledger;
        });
        put("a fact applied in a rebase", Invariant.TOGETHER, Topic.OUTCOMES, outcomes -> {
            int applied = at(outcomes, record -> EventCodec.OUTCOME.decode(record.value()).fate() instanceof Outcome.Fate.Applied);
            Outcome was = EventCodec.OUTCOME.decode(outcomes.get(applied).value());
            Outcome wrong = LogFaults.with(was, new Outcome.Fate.Applied(REBASED, ((Outcome.Fate.Applied) was.fate()).replaced()));
            outcomes.set(applied, valued(outcomes.get(applied), EventCodec.OUTCOME.encode(wrong)));
            return outcomes;
        });
    }

    private void ofPayloads() {
        for (int rebase : new int[] {REBASED, REBASED_AGAIN}) {
            put("a live fact without a pair in rebase " + rebase, Invariant.ANSWERS, repaired(rebase, HistoryFaults::withoutLast));
            put("no pairs in rebase " + rebase, Invariant.ANSWERS, repaired(rebase, pairs -> {
                Pairs none = pairs;
                for (int size = pairs.size(); size > 0; size--) {
                    none = withoutLast(none);
                }
                return none;
            }));
            put("another delta in rebase " + rebase, Invariant.REPLAY, redelta(log, rebase));
        }
        put("a pair in a rebase of what is not live", Invariant.ANSWERS, repaired(REBASED_AGAIN, pairs ->
                new Pairs(pairs(REBASED).facts().subList(0, pairs.size()), pairs.blocks())));
    }

    private void ofTags() {
        Tag first = EventCodec.TAG.decode(log.of(Topic.TAGS).get(0).value());
        tag("a tag of no version", new Tag("none", SmallLine.HISTORY + 1, first.digest(), false));
        tag("a tag of other weights", new Tag("other", first.version() + 1, first.digest(), true));
        tag("a tag of another base", new Tag("base-model", 0, first.digest(), true));
    }

    private void tag(String name, Tag tag) {
        put(name, Invariant.ANSWERS, Topic.TAGS, LogFaults.replaced(0, record -> valued(record, EventCodec.TAG.encode(tag))));
    }

    /** Another delta under right hashes. */
    static MemoryLog redelta(MemoryLog log, int number) {
        byte[] delta = payload(log, Topic.DELTAS, number);
        delta[delta.length - 3] ^= 1;
        return repaid(log, Topic.DELTAS, number, delta);
    }

    private MemoryLog repaired(int number, UnaryOperator<Pairs> change) {
        return repaid(log, Topic.KEYS, number, PairsCodec.encode(change.apply(pairs(number))));
    }

    private Pairs pairs(int number) {
        return PairsCodec.decode(payload(log, Topic.KEYS, number));
    }

    private static Pairs withoutLast(Pairs pairs) {
        int left = pairs.size() - 1;
        SortedMap<Integer, Pairs.Block> blocks = new TreeMap<>();
        pairs.blocks().forEach((number, block) -> blocks.put(number, new Pairs.Block(
                block.keyWidth(), block.width(), Arrays.copyOf(block.keys(), left * block.keyWidth()),
                Arrays.copyOf(block.values(), left * block.width()))));
        return new Pairs(pairs.facts().subList(0, left), blocks);
    }

    private static byte[] payload(MemoryLog log, Topic topic, int number) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        log.of(topic).stream().filter(record -> isOf(record, number)).forEach(record -> payload.writeBytes(record.value()));
        return payload.toByteArray();
    }

    private static boolean isOf(RawRecord chunk, int number) {
        return Evidence.number(chunk, Events.VERSION_HEADER) == number;
    }

    /** Another payload of a version, with hashes that fit. */
    private static MemoryLog repaid(MemoryLog log, Topic topic, int number, byte[] payload) {
        List<Chunk> chunks = Chunks.split(payload, CHUNK_BYTES);
        PayloadRef ref = Chunks.ref(payload, chunks);
        MemoryLog altered = log.with(topic, records -> {
            int begin = at(records, record -> isOf(record, number));
            RawRecord like = records.get(begin);
            records.removeIf(record -> isOf(record, number));
            List<RawRecord> others = new ArrayList<>();
            chunks.forEach(chunk -> others.add(moved(
                    valued(header(like, Events.CHUNK_HEADER, (chunk.index() + 1) + "/" + chunk.count()), chunk.bytes()),
                    like.position().offset() + chunk.index())));
            records.addAll(begin, others);
            return records;
        });
        return altered.with(Topic.VERSIONS, LogFaults.replaced(number - 1, record -> {
            Version version = LogFaults.version(record);
            return valued(record, EventCodec.VERSION.encode(changed(version, referring(version.change(), topic, ref))));
        }));
    }

    private static Version.Change referring(Version.Change change, Topic topic, PayloadRef ref) {
        boolean delta = topic == Topic.DELTAS;
        if (change instanceof Edited edited) {
            return new Edited(
                    edited.in(), edited.out(), edited.rewritten(), delta ? ref : edited.delta(), delta ? edited.pairs() : ref);
        }
        Rebased rebased = (Rebased) change;
        return new Rebased(
                rebased.reason(), rebased.predecessor(), delta ? ref : rebased.delta(), delta ? rebased.pairs() : ref);
    }

    private Version version(int number) {
        return LogFaults.version(log.of(Topic.VERSIONS).get(number - 1));
    }

    private long intentOffset(int number) {
        return Evidence.number(log.of(Topic.VERSIONS).get(number - 1), Events.INTENT_OFFSET_HEADER);
    }

    private static Version changed(Version version, Version.Change change) {
        return LogFaults.with(version, change, version.parentDigest());
    }

    private int decision(Action action) {
        return at(log.of(Topic.AUDIT), record -> EventCodec.OPERATION.decode(record.value()).action() == action);
    }

    private static Operation with(Operation was, String id, Action action, Result result) {
        return new Operation(id, Operator.ANYBODY, action, was.object(), was.reason(), was.at(), result);
    }

    private static int at(List<RawRecord> records, Predicate<RawRecord> wanted) {
        for (int i = 0; i < records.size(); i++) {
            if (wanted.test(records.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no such record (expected: one at least)");
    }

    /** The same log with another intent in the place of this one. */
    private MemoryLog intent(String id, Function<String, Intent> change) {
        return log.with(Topic.BATCHES, batches -> {
            int at = at(batches, record -> record.header("ce_id").orElse("").equals(id));
            List<RawRecord.Header> headers = new ArrayList<>();
            ProducerRecord<byte[], byte[]> other = Records.of("test", batches.get(at).key(), Events.of(line, change.apply(id)));
            other.headers().forEach(header -> headers.add(new RawRecord.Header(header.key(), header.value())));
            RawRecord was = batches.get(at);
            batches.set(at, new RawRecord(was.position(), was.time(), was.key(), other.value(), headers));
            return batches;
        });
    }

    private static RawRecord header(RawRecord record, String name, String value) {
        List<RawRecord.Header> headers = new ArrayList<>(record.headers());
        headers.removeIf(header -> header.name().equals(name));
        headers.add(new RawRecord.Header(name, value.getBytes(StandardCharsets.UTF_8)));
        return new RawRecord(record.position(), record.time(), record.key(), record.value(), headers);
    }

    private void operation(String name, Invariant breaks, int at, UnaryOperator<Operation> change) {
        put(name, breaks, Topic.AUDIT, LogFaults.replaced(at, record -> valued(
                record, EventCodec.OPERATION.encode(change.apply(EventCodec.OPERATION.decode(record.value()))))));
    }

    private void version(String name, Invariant breaks, int number, UnaryOperator<Version> change) {
        put(name, breaks, Topic.VERSIONS, LogFaults.replaced(number - 1, record -> valued(
                record, EventCodec.VERSION.encode(change.apply(LogFaults.version(record))))));
    }

    private void put(String name, Invariant breaks, Topic topic, UnaryOperator<List<RawRecord>> change) {
        put(name, breaks, log.with(topic, change));
    }

    private void put(String name, Invariant breaks, MemoryLog altered) {
        faults.put(name, new Fault(altered, breaks));
    }
}
