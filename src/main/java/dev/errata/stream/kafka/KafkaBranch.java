package dev.errata.stream.kafka;

import dev.errata.batch.IntakeMemory;
import dev.errata.delta.Branch;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.delta.VersionChain;
import dev.errata.evaluation.Evaluation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Commit;
import dev.errata.stream.FactLimits;
import dev.errata.stream.Head;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.event.EventType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lets another line on the same topics begin with a version of this one ({@link Branch}).
 *
 * <p>Its accumulator's beginning is committed first: what comes onto the facts topic from then on is for both lines. Then one transaction
 * for each version, with everything that a version has but outcomes; the facts' outcomes are those of this line. The head comes last, so
 * that no follower serves what is not complete. Whoever is stopped on the way asks for the same again and goes on where it stopped.
 *
 * <p>While a branch is being made nobody else may be accumulator or editor of the new line; whoever is, is fenced.
 *
 * <h2>Limits</h2> Holds all versions of this line in memory, and one payload. <h2>Thread safety</h2> None: one thread.
 */
public final class KafkaBranch {
    private final ClientFactory clients;
    private final ModelLine origin;
    private final FactLimits limits;
    private final Clock clock;

    public KafkaBranch(ClientFactory clients, ModelLine origin, FactLimits limits, Clock clock) {
        this.clients = clients;
        this.origin = origin;
        this.limits = limits;
        this.clock = clock;
    }

    /** What a branch begins with, as far as this line's log says by now. Errors as {@link #make}. */
    public Branch plan(String name, long from) {
        ModelLine line = new ModelLine(origin.topics(), name);
        if (line.equals(origin)) {
            throw new ErrataException(Failure.LINE_EXISTS, "line: " + name + " (expected: another than the one that it begins from)");
        }
        if (from == 0) {
            return new Branch(List.of(), List.of());
        }
        try (TopicReader<Version> versions = new KafkaHistory(clients, origin).versions()) {
            return Branch.of(chain(versions.catchUp(), from), from, name);
        }
    }

    private VersionChain chain(List<Version> all, long from) {
        if (all.isEmpty()) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + from + " (expected: 0, the base model)");
        }
        SortedMap<String, String> base = new TreeMap<>();
        all.get(0).tensors().forEach(tensor -> base.put(tensor.name(), tensor.before()));
        VersionChain chain = new VersionChain(origin.model(), base);
        all.forEach(chain::append);
        return chain;
    }

    /**
     * Makes it.
     *
     * @param told the audit's line, which both lines get with the new one's beginning
     * @return how many versions were copied now; fewer than it has where it had begun before
     * @throws ErrataException VERSION_UNKNOWN; LINE_EXISTS where the line holds or has begun with anything else; SETTING_INVALID for a
     *     name that no line can have; otherwise as {@link dev.errata.stream.EditLog}
     */
    public int make(String name, Branch branch, Operation told) {
        ModelLine line = new ModelLine(origin.topics(), name);
        try (TopicReader<Version> versions = new KafkaHistory(clients, line).versions()) {
            // Before anybody is fenced.
            done(versions.catchUp(), line, branch);
        }
        try (KafkaIntakeLog intake = KafkaIntakeLog.open(clients, line, limits, clock)) {
            IntakeMemory memory = intake.recall();
            intake.begin(branch.name(), memory, branch.known(), List.of(OperatorLog.record(origin, told), OperatorLog.record(line, told)));
        }
        try (KafkaEditLog log = KafkaEditLog.open(clients, line, clock)) {
            List<Version> there = new ArrayList<>();
            log.replay((version, delta, pairs) -> there.add(version));
            int done = done(there, line, branch);
            copy(log, branch, done);
            int last = branch.copies().size() - 1;
            if (last >= 0) {
                log.announce(new Head(name, last + 1L, branch.copies().get(last).digest(), clock.instant()));
            }
            return branch.copies().size() - done;
        }
    }

    /** How many of its versions are there already. */
    private static int done(List<Version> there, ModelLine line, Branch branch) {
        boolean begun = there.size() <= branch.copies().size() && there.equals(branch.copies().subList(0, there.size()));
        if (!begun) {
            throw new ErrataException(
                    Failure.LINE_EXISTS,
                    "line: " + line.model() + " with " + there.size() + " versions (expected: none but the first of this branch)");
        }
        return there.size();
    }

    /** Payloads are read in the order of the log, those of versions that are not copied too. */
    private void copy(KafkaEditLog log, Branch branch, int done) {
        Map<Long, Integer> places = new HashMap<>();
        for (int i = done; i < branch.copies().size(); i++) {
            places.put(branch.origins().get(i).number(), i);
        }
        if (places.isEmpty()) {
            return;
        }
        long last = branch.origins().get(branch.origins().size() - 1).number();
        Map<Long, Evaluation> evaluations = evaluations(last);
        try (Opened opened = new Opened()) {
            Offsets offsets = opened.add(clients.offsets());
            VersionReader versions = opened.add(new VersionReader(clients, origin, offsets));
            PayloadReader deltas = opened.add(new PayloadReader(clients, origin, EventType.DELTA_CHUNK, offsets));
            PayloadReader pairs = opened.add(new PayloadReader(clients, origin, EventType.PAIRS_CHUNK, offsets));
            var end = versions.end();
            for (long number = 1; number <= last; number++) {
                Version version = versions.next(end).orElseThrow();
                if (version.change() instanceof Solved solved) {
                    byte[] delta = deltas.read(number, solved.delta());
                    byte[] pair = pairs.read(number, solved.pairs());
                    if (places.containsKey(number)) {
                        Version copy = branch.copies().get(places.get(number));
                        log.copy(new Commit(
                                Optional.of(copy), delta, pair, Optional.ofNullable(evaluations.get(number)).map(of -> of(copy, of)),
                                List.of(), LedgerChange.of(copy.number(), (Edited) copy.change()), Optional.empty()));
                    }
                }
            }
        }
    }

    private Map<Long, Evaluation> evaluations(long last) {
        Map<Long, Evaluation> evaluations = new HashMap<>();
        try (TopicReader<Evaluation> reader = new KafkaHistory(clients, origin).evaluations()) {
            reader.catchUp().stream().filter(one -> one.version() <= last).forEach(one -> evaluations.put(one.version(), one));
        }
        return evaluations;
    }

    private static Evaluation of(Version copy, Evaluation of) {
        return new Evaluation(
                copy.model(), copy.number(), of.versionDigest(), of.evaluatedAt(), of.written(), of.retained(), of.drift(), of.growth(),
                of.warnings());
    }
}
