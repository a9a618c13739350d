package dev.errata.audit;

import dev.errata.audit.Row.About;
import dev.errata.audit.Row.Kind;
import dev.errata.delta.Digest;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PairsCodec;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Replaced;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.Events;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the versions in their order, with their payloads: each must follow the one before, and its weights must be those that its delta
 * makes. One thread.
 */
final class VersionReading {
    /** A gap beyond this is no gap but nonsense; numbers are taken up again after it. */
    private static final int GAP_MAX = 1000;

    private final Evidence evidence;
    private final Findings findings;
    private final Fingerprints fingerprints;
    private final VersionTable table;
    private final Weights weights;
    private final Origins origins;
    private State base = State.UNKNOWN;
    /** What the newest version left. */
    private State newest;

    /**
     * What a version comes to, as far as it is known.
     *
     * @param digest null where nobody knows
     * @param tensors their digests by name; null where nobody knows
     */
    private record State(String digest, SortedMap<String, String> tensors) {
        static final State UNKNOWN = new State(null, null);
    }

    VersionReading(Evidence evidence) {
        this.evidence = evidence;
        this.findings = evidence.findings;
        this.fingerprints = evidence.fingerprints;
        this.table = evidence.versions;
        this.weights = new Weights(evidence);
        this.origins = new Origins(evidence);
        evidence.rules.base().ifPresent(model -> {
            SortedMap<String, String> tensors = new TreeMap<>();
            model.forEach((name, tensor) -> tensors.put(name, tensor.digest()));
            base(new State(Digest.version(tensors), tensors));
        });
        newest = base;
    }

    private void base(State state) {
        base = state;
        table.base(fingerprints.of(state.digest()));
    }

    void read() {
        try (PayloadReading deltas = new PayloadReading(evidence, Topic.DELTAS);
                PayloadReading pairs = new PayloadReading(evidence, Topic.KEYS)) {
            evidence.each(Topic.VERSIONS, evidence::ofLine, (place, record) ->
                    version(place, record, EventCodec.VERSION.decode(record.value()), deltas, pairs));
            deltas.finish();
            pairs.finish();
            origins.check();
        }
    }

    /** What of the weights could not be checked. */
    List<String> notes() {
        return Stream.of(weights.note(), origins.note()).flatMap(Optional::stream).toList();
    }

    private void version(Place place, RawRecord record, Version version, PayloadReading deltas, PayloadReading pairs) {
        long number = version.number();
        long intentOffset = Evidence.number(record, Events.INTENT_OFFSET_HEADER);
        Fingerprint intent = fingerprints.of(version.intent());
        evidence.rows.add(Row.of(About.VERSION, new Fingerprint(0, number), Kind.VERSION, place)
                .number(number)
                .one(fingerprints.of(version.digest())));
        boolean copy = version.origin().isPresent();
        if (!copy) {
            evidence.rows.add(Row.of(About.INTENT, intent, Kind.VERSION, place).number(number).at(new Position(0, intentOffset)));
        }
        String model = evidence.line.model();
        require(version.model().equals(model), Invariant.ANSWERS, place, "version of " + version.model(), model);
        require(number == table.head() + 1, Invariant.CHAIN, place, "version " + number + " after " + table.head(), "the next");
        if (number <= table.head() || number > table.head() + GAP_MAX) {
            return;
        }
        while (number > table.head() + 1) {
            table.addMissing();
            newest = State.UNKNOWN;
            weights.lose("version " + table.head() + " is missing");
        }
        order(place, version, intentOffset, intent);
        follow(place, version);
        version.origin().ifPresent(origin -> origins.expect(origin, version.digest(), place));
        Fingerprint own = fingerprints.of(version.digest());
        boolean settled = evidence.snapshot.settled(place);
        table.add(new VersionTable.Made(kind(version), place.offset(), settled, intentOffset, own, intent, version.held().isPresent()));
        if (version.change() instanceof Edited edited) {
            facts(place, version, intent, edited);
            pairs.next(place, number, edited.pairs()).ifPresent(payload -> pairs(place, edited, payload));
            weights.edited(place, version, delta(place, number, edited, deltas));
        } else if (version.change() instanceof Rebased rebased) {
            pairs.next(place, number, rebased.pairs()).ifPresent(payload -> allPairs(place, number, payload));
            weights.rebased(place, version, delta(place, number, rebased, deltas));
        } else {
            target(version).ifPresent(weights::rolledBack);
        }
    }

    private Optional<byte[]> delta(Place place, long number, Solved solved, PayloadReading deltas) {
        Optional<byte[]> delta = deltas.next(place, number, solved.delta());
        table.deltaAt(deltas.begin());
        return delta;
    }

    /** Versions are in the order of their intents. A reject's is none in the intent log: it comes right after that of what it rejects. */
    private void order(Place place, Version version, long intentOffset, Fingerprint intent) {
        long before = table.head();
        long last = table.lastIntentOffset();
        boolean afterHeld = table.isNewestHeld();
        boolean rejects = afterHeld && kind(version) == before - 1;
        // Copies come first, and of no intent.
        boolean later = version.origin().isPresent() ? Math.max(intentOffset, last) == -1 : intentOffset > last;
        require(
                later || rejects && intentOffset == last, Invariant.ONE_WRITER, place,
                "version " + version.number() + " of intent " + intentOffset + " after that of " + last, "a later intent");
        if (afterHeld) {
            evidence.rows.add(Row.of(About.VERSION, new Fingerprint(0, before), Kind.NEXT, place)
                    .number(before)
                    .one(intent)
                    .at(new Position(0, kind(version))));
        }
        if (version.held().isPresent()) {
            evidence.rows.add(Row.of(About.VERSION, new Fingerprint(0, version.number()), Kind.HELD, place).number(version.number()));
        }
    }

    private static long kind(Version version) {
        return target(version).orElse(version.change() instanceof Rebased ? Row.REBASE : Row.EDIT);
    }

    private static OptionalLong target(Version version) {
        return version.change() instanceof RolledBack back && back.to() >= 0 && back.to() < version.number()
                ? OptionalLong.of(back.to())
                : OptionalLong.empty();
    }

    /** The version goes on from the one before it; a rebase goes on from the base and names the one before it. */
    private void follow(Place place, Version version) {
        String what = "version " + version.number() + ": ";
        if (version.number() == 1 && base == State.UNKNOWN) {
            SortedMap<String, String> before = new TreeMap<>();
            version.tensors().forEach(tensor -> before.put(tensor.name(), tensor.before()));
            base(new State(version.parentDigest(), before));
            newest = base;
        }
        State parent = version.change() instanceof Rebased ? base : newest;
        SortedMap<String, String> after = new TreeMap<>();
        for (TensorState tensor : version.tensors()) {
            String before = parent.tensors() == null ? tensor.before() : parent.tensors().get(tensor.name());
            require(tensor.before().equals(before), Invariant.CHAIN, place, what + tensor.name() + " before: " + tensor.before(), before);
            after.put(tensor.name(), tensor.after());
        }
        if (parent.tensors() != null) {
            Set<String> names = parent.tensors().keySet();
            require(after.keySet().equals(names), Invariant.CHAIN, place, what + "tensors " + after.keySet(), names);
        }
        same(place, what + "parent ", version.parentDigest(), parent.digest());
        if (version.change() instanceof Rebased rebased) {
            same(place, what + "predecessor ", rebased.predecessor(), newest.digest());
        }
        String ofTensors = Digest.version(after);
        require(version.digest().equals(ofTensors), Invariant.CHAIN, place, what + "digest " + version.digest(), ofTensors);
        if (version.change() instanceof RolledBack back) {
            boolean earlier = target(version).isPresent();
            require(earlier, Invariant.ROLLBACK, place, what + "back to " + back.to(), "an earlier version");
            Fingerprint target = earlier ? table.digest(back.to()) : Fingerprint.NONE;
            require(
                    target.equals(Fingerprint.NONE) || target.equals(fingerprints.of(version.digest())), Invariant.ROLLBACK, place,
                    what + "digest " + version.digest(), "that of version " + back.to());
        }
        newest = new State(version.digest(), after);
    }

    /** @param expected null where nobody knows */
    private void same(Place place, String what, String found, String expected) {
        require(expected == null || found.equals(expected), Invariant.CHAIN, place, what + found, expected);
    }

    private void facts(Place place, Version version, Fingerprint intent, Edited edited) {
        long number = version.number();
        boolean copy = version.origin().isPresent();
        for (LiveFact fact : edited.in()) {
            Fingerprint event = fingerprints.of(fact.event());
            evidence.rows.add(Row.of(About.EVENT, event, copy ? Kind.COPIED : Kind.WRITTEN, place).number(number).one(intent));
            if (copy) {
                evidence.rows.add(ofKey(fact.key(), Kind.COPIED, place, number)
                        .one(event)
                        .two(fingerprints.of(fact.event().source()))
                        .revision(fact.revision()));
            }
            evidence.rows.add(ofKey(fact.key(), Kind.WRITTEN, place, number)
                    .one(fingerprints.of(new Replaced(fact.event(), fact.fact().object(), number)))
                    .two(fingerprints.of(number, fact)));
        }
        edited.out().forEach(key -> evidence.rows.add(ofKey(key, Kind.OUT, place, number)));
        edited.rewritten().forEach(key -> evidence.rows.add(ofKey(key, Kind.REWRITTEN, place, number)));
    }

    private Row ofKey(FactKey key, Kind kind, Place place, long number) {
        return Row.of(About.KEY, fingerprints.of(key), kind, place).number(number);
    }

    /** The solver's half is of the facts that the version wrote, and of no other. */
    private void pairs(Place place, Edited edited, byte[] payload) {
        try {
            Set<FactKey> expected = edited.in().stream().map(LiveFact::key).collect(Collectors.toSet());
            expected.addAll(edited.rewritten());
            Set<FactKey> found = PairsCodec.decode(payload).facts().stream().flatMap(List::stream).collect(Collectors.toSet());
            require(found.equals(expected), Invariant.ANSWERS, place, "pairs of " + found, expected);
        } catch (ErrataException e) {
            findings.add(Weights.meaning(e), place, "pairs: " + e.getMessage());
        }
    }

    /** The solver's half of a rebase is of every fact that is live, as {@link KeyCheck} sees. */
    private void allPairs(Place place, long number, byte[] payload) {
        try {
            List<FactKey> found = PairsCodec.decode(payload).facts().stream().flatMap(List::stream).toList();
            require(!found.isEmpty(), Invariant.ANSWERS, place, "pairs of no fact", "of every live one");
            found.forEach(key -> evidence.rows.add(ofKey(key, Kind.REWRITTEN, place, number)));
            table.pairsRead();
        } catch (ErrataException e) {
            findings.add(Weights.meaning(e), place, "pairs: " + e.getMessage());
        }
    }

    private void require(boolean holds, Invariant invariant, Place place, String found, Object expected) {
        findings.require(holds, invariant, place, found, expected);
    }
}
