package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Pairs;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactKey;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

class LiveSetTest {
    private static final FactKey A = FactKey.of("a", "r");
    private static final FactKey B = FactKey.of("b", "r");
    private static final FactKey C = FactKey.of("c", "r");
    private static final FactKey C_TOO = FactKey.of("c", "s");

    private final Random random = new Random(7);

    @Test
    void shouldHoldWhatCameInAndDidNotGoOut() {
        LiveSet live = with(empty(), pairs(List.of(A), List.of(B), List.of(C, C_TOO))).without(List.of(A));

        assertThat(live.pairs()).containsExactly(List.of(B), List.of(C, C_TOO));
        assertThat(live.size()).isEqualTo(2);
        assertThat(live.holds(C_TOO)).isTrue();
        assertThat(live.holds(A)).isFalse();
        assertThat(live.places(List.of(C, C_TOO))).containsExactly(1);
    }

    @Test
    void shouldKeepKeysAndFactsTogetherWhenSomeGoOut() {
        Pairs pairs = pairs(List.of(A), List.of(B), List.of(C));

        LiveSet live = with(empty(), pairs).without(List.of(B));

        double[] keys = pairs.blocks().get(2).keys();
        assertThat(live.memory(2).keys().data).startsWith(Arrays.copyOfRange(keys, 0, 4)).endsWith(Arrays.copyOfRange(keys, 8, 12));
    }

    @Test
    void shouldStayAsItWasWhenACopyChanges() {
        LiveSet live = with(empty(), pairs(List.of(A)));

        live.without(List.of(A));
        with(live, pairs(List.of(B)));

        assertThat(live.pairs()).containsExactly(List.of(A));
        assertThat(live.memory(0).size()).isEqualTo(1);
    }

    @Test
    void shouldRefuseToTakeOutWhatIsNotThere() {
        assertThatThrownBy(() -> with(empty(), pairs(List.of(A))).without(List.of(B)))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.FACT_NOT_LIVE));
    }

    @Test
    void shouldRefuseToSplitAPairThatFactsShare() {
        assertThatThrownBy(() -> with(empty(), pairs(List.of(C, C_TOO))).without(List.of(C))).hasMessageContaining("share one pair");
    }

    @Test
    void shouldRefuseAFactThatIsLiveAlready() {
        assertThatThrownBy(() -> with(with(empty(), pairs(List.of(A))), pairs(List.of(A)))).hasMessageContaining("live twice");
    }

    @Test
    void shouldRefusePairsOfOtherBlocks() {
        Pairs other = new Pairs(List.of(), new TreeMap<>(Map.of(5, new Pairs.Block(4, 3, new double[0], new double[0]))));

        assertThatThrownBy(() -> empty().with(other, List.of()))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.HYPER_PARAMETERS_INVALID))
                .hasMessageContaining("[0, 2]")
                .hasMessageContaining("[5]");
    }

    private static LiveSet empty() {
        DMatrixRMaj identity = CommonOps_DDRM.identity(4);
        TreeMap<Integer, AssociativeMemory> memories = new TreeMap<>();
        for (int block : new int[] {0, 2}) {
            memories.put(block, AssociativeMemory.empty(MatrixPrior.of(identity), 4, 3));
        }
        return LiveSet.empty(memories);
    }

    private static LiveSet with(LiveSet live, Pairs pairs) {
        return live.with(pairs, pairs.facts().stream().flatMap(List::stream).map(LiveSetTest::fact).toList());
    }

    private static LiveFact fact(FactKey key) {
        Fact fact = new Fact(key.subject(), new Relation(key.relation(), "{} is"), "an object");
        return new LiveFact(new EventId("test", key.toString()), fact, Revision.at(Instant.EPOCH), Optional.empty(), Probes.NONE);
    }

    @SafeVarargs
    private Pairs pairs(List<FactKey>... facts) {
        TreeMap<Integer, Pairs.Block> blocks = new TreeMap<>();
        for (int block : new int[] {0, 2}) {
            double[] keys = random.doubles(4L * facts.length).toArray();
            blocks.put(block, new Pairs.Block(4, 3, keys, random.doubles(3L * facts.length).toArray()));
        }
        return new Pairs(List.of(facts), blocks);
    }
}
