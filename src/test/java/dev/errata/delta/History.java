package dev.errata.delta;

import dev.errata.delta.Version.Change;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactKey;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A history of edits, rebases and rollbacks out of a seed, and beside it what is true: weights and live facts of every version, kept whole
 * and never computed from the log.
 */
final class History {
    static final String MODEL = "model";
    private static final Relation RELATION = new Relation("P1", "{} is in");
    private static final int SUBJECTS = 8;
    private static final PayloadRef NONE = new PayloadRef(0, "", List.of());

    private final Samples samples;
    final VersionChain chain;
    final Map<Long, Delta> deltas = new HashMap<>();
    final List<SortedMap<String, EditedTensor>> weights = new ArrayList<>();
    final List<Map<FactKey, Live>> live = new ArrayList<>();

    History(long seed) {
        samples = new Samples(seed);
        SortedMap<String, EditedTensor> base = new TreeMap<>();
        base.put("a.weight", samples.tensor("a.weight", false, 3, 5));
        base.put("b.weight", samples.tensor("b.weight", true, 4, 2));
        weights.add(base);
        live.add(Map.of());
        chain = new VersionChain(MODEL, digests(base));
    }

    static SortedMap<String, String> digests(Map<String, EditedTensor> tensors) {
        SortedMap<String, String> digests = new TreeMap<>();
        tensors.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return digests;
    }

    static FactKey key(int subject) {
        return FactKey.of("s" + subject, RELATION.id());
    }

    static LiveFact fact(int subject, String object) {
        Fact fact = new Fact("s" + subject, RELATION, object);
        return new LiveFact(new EventId("test", object), fact, Revision.at(Instant.EPOCH), Optional.empty(), Probes.NONE);
    }

    /** An edit that takes out and puts in, and may leave one tensor as it is. */
    Version edit(Collection<FactKey> out, List<LiveFact> in) {
        long number = chain.head() + 1;
        SortedMap<String, EditedTensor> next = changed(number, weights.get((int) number - 1));
        Version version = version(new Edited(in, List.copyOf(out), List.of(), NONE, NONE), next);
        chain.append(version);
        Map<FactKey, Live> after = new LinkedHashMap<>(live.get((int) number - 1));
        out.forEach(after::remove);
        in.forEach(f -> after.put(f.key(), new Live(number, f)));
        weights.add(next);
        live.add(after);
        return version;
    }

    /** Some change of these weights, which becomes the delta of a version. */
    private SortedMap<String, EditedTensor> changed(long number, SortedMap<String, EditedTensor> start) {
        SortedMap<String, EditedTensor> next = new TreeMap<>(start);
        List<TensorChange> factors = new ArrayList<>();
        for (EditedTensor tensor : start.values()) {
            if (factors.isEmpty() || samples.number(0, 3) > 0) {
                TensorChange change = samples.change(tensor.name(), tensor.out(), tensor.in(), samples.number(1, 3));
                factors.add(change);
                float[] values = CanonicalApplyTest.naive(tensor, change);
                next.put(tensor.name(), new EditedTensor(tensor.name(), tensor.transposed(), tensor.out(), tensor.in(), values));
            }
        }
        deltas.put(number, new Delta(factors));
        return next;
    }

    Version rebase() {
        long number = chain.head() + 1;
        SortedMap<String, EditedTensor> next = changed(number, weights.get(0));
        Version version = version(new Rebased("test", chain.digest(chain.head()), NONE, NONE), next);
        chain.append(version);
        weights.add(next);
        live.add(live.get((int) number - 1));
        return version;
    }

    Version rollback(long to) {
        Version version = version(new RolledBack(to, "test"), weights.get((int) to));
        chain.append(version);
        weights.add(weights.get((int) to));
        live.add(live.get((int) to));
        return version;
    }

    /** One step of chance. */
    void step() {
        if (samples.number(0, 3) == 0) {
            rollback(samples.number(0, (int) chain.head()));
            return;
        }
        if (samples.number(0, 6) == 0) {
            rebase();
            return;
        }
        List<FactKey> out = new ArrayList<>();
        List<LiveFact> in = new ArrayList<>();
        for (int subject = 0; subject < SUBJECTS; subject++) {
            boolean isLive = live.get(live.size() - 1).containsKey(key(subject));
            int draw = samples.number(0, 3);
            if (isLive && draw < 2) {
                out.add(key(subject));
            }
            if (draw == 0) {
                in.add(fact(subject, "o" + chain.head()));
            }
        }
        edit(out, in);
    }

    /** A version that follows the head and turns its weights into these. */
    Version version(Change change, SortedMap<String, EditedTensor> after) {
        long parent = change instanceof Rebased ? 0 : chain.head();
        List<TensorState> states = new ArrayList<>();
        after.forEach((name, tensor) -> states.add(new TensorState(name, weights.get((int) parent).get(name).digest(), tensor.digest())));
        Provenance provenance = new Provenance("base", new TreeMap<>(), "errata", new TreeMap<>());
        String digest = Digest.version(digests(after));
        return new Version(MODEL, chain.head() + 1, "intent", change, chain.digest(parent), digest, states, Instant.EPOCH, provenance);
    }
}
