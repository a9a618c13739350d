package dev.errata.delta;

import static dev.errata.delta.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static SortedMap<String, EditedTensor> replay(History history, Map<String, EditedTensor> start, long from, long number) {
        // Through the bytes, as a follower gets it.
        return Replay.weights(
                start, from, history.chain, number, v -> DeltaCodec.decode(DeltaCodec.encode(history.deltas.get(v.number()))));
    }

    /** Invariants 6 and 7: every version can be made from the base and from every version on its way; nothing else is true of it. */
    @Property(tries = 200)
    void shouldMakeEveryVersionBitForBitWhateverTheHistory(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int steps) {
        History history = new History(seed);
        for (int i = 0; i < steps; i++) {
            history.step();
            assertThat(history.chain.live()).isEqualTo(history.live.get(i + 1));
            assertThat(new ArrayList<>(history.chain.live().keySet())).isEqualTo(new ArrayList<>(history.live.get(i + 1).keySet()));
        }
        for (int number = 0; number <= steps; number++) {
            SortedMap<String, EditedTensor> truth = history.weights.get(number);
            SortedMap<String, EditedTensor> weights = Replay.weights(
                    history.weights.get(0), history.chain, number, v -> history.deltas.get(v.number()));
            assertThat(weights).isEqualTo(truth);
            assertThat(Digest.version(History.digests(weights))).isEqualTo(history.chain.digest(number));
            assertThat(history.chain.live(number)).isEqualTo(history.live.get(number));
            for (int from = 0; from <= steps; from++) {
                if (history.chain.path(from, number).isPresent()) {
                    assertThat(replay(history, history.weights.get(from), from, number)).isEqualTo(truth);
                }
            }
        }
    }

    /** Rolling back and editing as if nothing had been in between gives the version that would have followed. */
    @Test
    void shouldGoOnFromTheTargetWhenEditFollowsRollback() {
        History history = new History(5);
        history.edit(List.of(), List.of(History.fact(1, "a")));
        history.edit(List.of(), List.of(History.fact(2, "a")));
        history.rollback(1);
        history.edit(List.of(), List.of(History.fact(3, "a")));

        Delta[] path = {history.deltas.get(1L), history.deltas.get(4L)};
        SortedMap<String, EditedTensor> weights = new TreeMap<>(history.weights.get(0));
        for (Delta delta : path) {
            delta.changes().forEach(f -> weights.computeIfPresent(f.tensor(), (name, tensor) -> CanonicalApply.apply(tensor, f)));
        }
        assertThat(replay(history, history.weights.get(0), 0, 4)).isEqualTo(weights);
        assertThat(history.chain.live().keySet()).containsExactly(History.key(1), History.key(3));
    }

    @Test
    void shouldNameVersionAndTensorWhenADeltaIsNotTheRecordedOne() {
        History history = new History(3);
        for (int i = 0; i < 3; i++) {
            history.edit(List.of(), List.of());
        }
        TensorChange factor = history.deltas.get(2L).changes().get(0);
        TensorChange altered = Samples.altered(factor);
        List<TensorChange> factors = new ArrayList<>(history.deltas.get(2L).changes());
        factors.set(0, altered);
        history.deltas.put(2L, new Delta(factors));

        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> replay(history, history.weights.get(0), 0, 3))
                .hasMessageStartingWith("version 2: a.weight: SHA-256 ");
        assertThat(replay(history, history.weights.get(0), 0, 1)).isEqualTo(history.weights.get(1));
    }

    @Test
    void shouldRefuseWhenStartIsNotWhatItIsSaidToBe() {
        History history = new History(3);
        history.edit(List.of(), List.of());
        history.edit(List.of(), List.of());

        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> replay(history, history.weights.get(1), 0, 2))
                .hasMessageContaining("version 0: ");
        assertRefused(Failure.VERSION_CHAIN_BROKEN, () -> replay(history, Map.of(), 0, 2)).hasMessageContaining("tensors []");
        assertRefused(Failure.VERSION_UNKNOWN, () -> replay(history, history.weights.get(2), 2, 1));
        history.deltas.put(1L, new Delta(List.of(new Samples(1).lowRank("c.weight", 1, 1, 1))));
        assertRefused(Failure.DELTA_INVALID, () -> replay(history, history.weights.get(0), 0, 2)).hasMessageContaining("c.weight");
    }
}
