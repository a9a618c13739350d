package dev.errata.memit;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Pairs;
import dev.errata.delta.Version;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.ejml.data.DMatrixRMaj;

/**
 * The facts that are now claimed, each with its key and value in every edited block: the solver's whole state (live-set.md §2).
 *
 * <p>It is what makes an edit depend on which facts are live and not on how they came to be. It can be rebuilt at any version from the
 * versions before it and their pairs, in their order: {@code empty.after(version₁, pairs₁).after(version₂, pairs₂)…}, to the bit.
 *
 * <h2>Limits</h2> See {@link AssociativeMemory}; as many of those as blocks are edited.
 * <h2>Thread safety</h2> Immutable: an edit that is tried leaves it as it was.
 */
public final class LiveSet {
    private final List<List<LiveFact>> pairs;
    private final Map<FactKey, Integer> places;
    private final SortedMap<Integer, AssociativeMemory> memories;

    private LiveSet(List<List<LiveFact>> pairs, SortedMap<Integer, AssociativeMemory> memories) {
        this.pairs = List.copyOf(pairs);
        this.memories = memories;
        this.places = new HashMap<>();
        for (int place = 0; place < pairs.size(); place++) {
            for (LiveFact fact : pairs.get(place)) {
                if (places.put(fact.key(), place) != null) {
                    throw new IllegalArgumentException(
                            "fact: " + fact.key() + " is live twice (expected: taken out before it comes in again)");
                }
            }
        }
    }

    /** No live facts: the base model. */
    static LiveSet empty(SortedMap<Integer, AssociativeMemory> memories) {
        return new LiveSet(List.of(), memories);
    }

    /** How many pairs are live; several facts may share one. */
    public int size() {
        return pairs.size();
    }

    public boolean holds(FactKey fact) {
        return places.containsKey(fact);
    }

    /** The keys of live facts, pair by pair, in the order in which they came. */
    public List<List<FactKey>> pairs() {
        return pairs.stream().map(pair -> pair.stream().map(LiveFact::key).toList()).toList();
    }

    /** The live facts, in the order in which their pairs came. */
    public List<LiveFact> facts() {
        return pairs.stream().flatMap(List::stream).toList();
    }

    /**
     * A live fact and those that share its pair.
     *
     * @throws ErrataException FACT_NOT_LIVE
     */
    List<LiveFact> sharers(FactKey fact) {
        return pairs.get(place(fact));
    }

    /**
     * The live set without these facts.
     *
     * @throws ErrataException FACT_NOT_LIVE when one of them is not here
     */
    public LiveSet without(Collection<FactKey> out) {
        int[] rows = places(out);
        return rows.length == 0 ? this : without(rows, (block, memory) -> memory.without(rows));
    }

    /**
     * The live set after a version.
     *
     * @param pairs what it published on the keys topic
     * @throws ErrataException FACT_NOT_LIVE when it takes out what is not here, HYPER_PARAMETERS_INVALID when the pairs are of other blocks
     *     than are edited now
     */
    public LiveSet after(Version.Change.Edited edited, Pairs pairs) {
        List<LiveFact> written = new ArrayList<>(edited.in());
        edited.rewritten().forEach(key -> written.add(fact(key)));
        List<FactKey> leaving = new ArrayList<>(edited.out());
        leaving.addAll(edited.rewritten());
        return without(leaving).with(pairs, written);
    }

    /**
     * The live set with pairs that a version wrote.
     *
     * @param written the facts of these pairs
     * @throws ErrataException HYPER_PARAMETERS_INVALID when they are of other blocks than are edited now
     */
    public LiveSet with(Pairs more, Collection<LiveFact> written) {
        if (!more.blocks().keySet().equals(memories.keySet())) {
            throw new ErrataException(
                    Failure.HYPER_PARAMETERS_INVALID,
                    "layers: " + memories.keySet() + " (expected: " + more.blocks().keySet() + ", as in the versions there are)");
        }
        if (more.size() == 0) {
            return this;
        }
        Map<FactKey, LiveFact> byKey = new HashMap<>();
        written.forEach(fact -> byKey.put(fact.key(), fact));
        List<List<LiveFact>> facts = more.facts().stream()
                .map(pair -> pair.stream().map(key -> requireWritten(byKey.get(key), key)).toList()).toList();
        return with(facts, (block, memory) -> {
            Pairs.Block pair = more.blocks().get(block);
            DMatrixRMaj keys = DMatrixRMaj.wrap(more.size(), pair.keyWidth(), pair.keys());
            return memory.with(keys, DMatrixRMaj.wrap(more.size(), pair.width(), pair.values()));
        });
    }

    private static LiveFact requireWritten(LiveFact fact, FactKey key) {
        if (fact == null) {
            throw new IllegalArgumentException("pairs: " + key + " (expected: facts that the version wrote)");
        }
        return fact;
    }

    private LiveFact fact(FactKey key) {
        return sharers(key).stream().filter(fact -> fact.key().equals(key)).findFirst().orElseThrow();
    }

    /** FACT_NOT_LIVE when one of these facts is not here. */
    void requireLive(Collection<FactKey> facts) {
        facts.forEach(this::place);
    }

    /** The places of facts, for {@link AssociativeMemory#remove}; a pair goes only with all facts that share it. */
    int[] places(Collection<FactKey> facts) {
        Set<FactKey> wanted = new HashSet<>(facts);
        int[] rows = wanted.stream().mapToInt(this::place).distinct().sorted().toArray();
        for (int row : rows) {
            List<FactKey> sharers = pairs.get(row).stream().map(LiveFact::key).toList();
            if (!wanted.containsAll(sharers)) {
                throw new IllegalArgumentException("facts: " + facts + " (expected: all of " + sharers + ", which share one pair)");
            }
        }
        return rows;
    }

    private int place(FactKey fact) {
        Integer place = places.get(fact);
        if (place == null) {
            throw new ErrataException(Failure.FACT_NOT_LIVE, "fact: " + fact + " (expected: a live fact)");
        }
        return place;
    }

    /** The edited blocks, ascending. */
    public Set<Integer> blocks() {
        return Collections.unmodifiableSet(memories.keySet());
    }

    /** How much of a block's room the live pairs take; empty when there are none. */
    public Optional<Capacity> capacity(int block) {
        return pairs.isEmpty() ? Optional.empty() : Optional.of(Capacity.of(memories.get(block).size(), memories.get(block)::inverse));
    }

    AssociativeMemory memory(int block) {
        return memories.get(block);
    }

    /** The live set without the pairs at these places, whose memories are already known. */
    LiveSet without(int[] rows, BiFunction<Integer, AssociativeMemory, AssociativeMemory> after) {
        List<List<LiveFact>> kept = new ArrayList<>(pairs);
        for (int i = rows.length - 1; i >= 0; i--) {
            kept.remove(rows[i]);
        }
        return new LiveSet(kept, changed(after));
    }

    /** The live set with more pairs, whose memories are already known. */
    LiveSet with(List<List<LiveFact>> more, BiFunction<Integer, AssociativeMemory, AssociativeMemory> after) {
        List<List<LiveFact>> all = new ArrayList<>(pairs);
        all.addAll(more);
        return new LiveSet(all, changed(after));
    }

    private SortedMap<Integer, AssociativeMemory> changed(BiFunction<Integer, AssociativeMemory, AssociativeMemory> after) {
        SortedMap<Integer, AssociativeMemory> changed = new TreeMap<>();
        memories.forEach((block, memory) -> changed.put(block, after.apply(block, memory)));
        return Collections.unmodifiableSortedMap(changed);
    }
}
