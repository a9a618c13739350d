package dev.errata.delta;

import dev.errata.delta.Version.Change.Edited;
import dev.errata.fact.FactKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The pairs of a version's live facts, gathered from the versions that wrote them last: what folding all versions into a live set ends
 * with, in the same order, at the cost of the facts that are live and not of all that ever were.
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class LivePairs {
    private LivePairs() {}

    /**
     * All in one; empty when no fact is live.
     *
     * @param path the changes that make the version out of the base, in order ({@link VersionChain#path(long)})
     * @param payloads fetches and decodes the pairs of a version; asked only for a rebase and for those that wrote a live fact last
     */
    public static Optional<Pairs> of(List<Version> path, Function<Version, Pairs> payloads) {
        Map<FactKey, Version> writers = new HashMap<>();
        for (Version version : path) {
            if (version.change() instanceof Edited edited) {
                edited.out().forEach(writers::remove);
                edited.rewritten().forEach(fact -> writers.put(fact, version));
                edited.in().forEach(fact -> writers.put(fact.key(), version));
            } else {
                // A rebase, which writes all: only its pairs say which.
                payloads.apply(version).facts().forEach(pair -> pair.forEach(fact -> writers.put(fact, version)));
            }
        }
        Set<Long> last = new LinkedHashSet<>();
        writers.values().forEach(version -> last.add(version.number()));
        List<Pairs> parts = new ArrayList<>();
        for (Version version : path) {
            if (last.contains(version.number())) {
                parts.add(kept(payloads.apply(version), fact -> writers.get(fact) == version));
            }
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(together(parts));
    }

    /** A pair stays or goes with all facts that share it, so one of them tells. */
    private static Pairs kept(Pairs pairs, Predicate<FactKey> lives) {
        int[] rows = IntStream.range(0, pairs.size()).filter(row -> lives.test(pairs.facts().get(row).get(0))).toArray();
        SortedMap<Integer, Pairs.Block> blocks = new TreeMap<>();
        pairs.blocks().forEach((number, block) -> blocks.put(number, new Pairs.Block(
                block.keyWidth(),
                block.width(),
                rows(block.keys(), block.keyWidth(), rows),
                rows(block.values(), block.width(), rows))));
        return new Pairs(IntStream.of(rows).mapToObj(row -> pairs.facts().get(row)).toList(), blocks);
    }

    private static double[] rows(double[] all, int width, int[] rows) {
        double[] some = new double[rows.length * width];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(all, rows[i] * width, some, i * width, width);
        }
        return some;
    }

    private static Pairs together(List<Pairs> parts) {
        SortedMap<Integer, Pairs.Block> blocks = new TreeMap<>();
        parts.get(0).blocks().forEach((number, like) -> {
            List<Pairs.Block> some = parts.stream().map(part -> part.blocks().get(number)).toList();
            blocks.put(number, new Pairs.Block(
                    like.keyWidth(),
                    like.width(),
                    some.stream().flatMapToDouble(block -> Arrays.stream(block.keys())).toArray(),
                    some.stream().flatMapToDouble(block -> Arrays.stream(block.values())).toArray()));
        });
        return new Pairs(parts.stream().flatMap(part -> part.facts().stream()).toList(), blocks);
    }
}
