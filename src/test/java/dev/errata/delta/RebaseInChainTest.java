package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.Version.Change.Rebased;
import dev.errata.failure.ErrataException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A rebase begins the weights again and leaves the live facts. */
class RebaseInChainTest {
    private static final PayloadRef NONE = new PayloadRef(0, "", List.of());

    private final History history = new History(7);

    @BeforeEach
    void edits() {
        history.edit(List.of(), List.of(History.fact(1, "one")));
        history.edit(List.of(), List.of(History.fact(2, "two")));
        history.rebase();
        history.edit(List.of(History.key(1)), List.of(History.fact(3, "three")));
    }

    private static List<Long> numbers(List<Version> path) {
        return path.stream().map(Version::number).toList();
    }

    @Test
    void shouldBeginThePathAtTheLastRebase() {
        assertThat(numbers(history.chain.path(4))).containsExactly(3L, 4L);
        assertThat(numbers(history.chain.path(2))).containsExactly(1L, 2L);
        assertThat(history.chain.path(2, 3)).isEmpty();
        assertThat(history.chain.path(0, 3).map(RebaseInChainTest::numbers)).contains(List.of(3L));
    }

    @Test
    void shouldKeepTheLiveFactsWithTheVersionsThatWroteThem() {
        assertThat(history.chain.live(3)).isEqualTo(history.chain.live(2)).isEqualTo(history.live.get(3));
        assertThat(history.chain.live(4)).isEqualTo(history.live.get(4));
    }

    @Test
    void shouldFindTheFactsAgainWhenItRollsBackBehindARebase() {
        history.rollback(1);
        assertThat(history.chain.live()).isEqualTo(history.live.get(1));
        history.rollback(4);
        assertThat(history.chain.live()).isEqualTo(history.live.get(4));
        assertThat(numbers(history.chain.path(6))).containsExactly(3L, 4L);
    }

    @Test
    void shouldRefuseARebaseThatNamesAnotherPredecessorOrIsNotOnTheBase() {
        Version next = history.version(new Rebased("", history.chain.digest(3), NONE, NONE), history.weights.get(2));
        Version onTheHead = new Version(
                next.model(), next.number(), next.intent(),
                new Rebased("", history.chain.digest(4), NONE, NONE), history.chain.digest(4), next.digest(),
                next.tensors(), Instant.EPOCH, next.provenance());

        refused(next, "predecessor's digest");
        refused(onTheHead, "parent's digest");
        assertThat(history.chain.head()).isEqualTo(4);
    }

    private void refused(Version version, String words) {
        assertThatThrownBy(() -> history.chain.append(version)).isInstanceOf(ErrataException.class).hasMessageContaining(words);
    }

    @Test
    void shouldFindWhatHadBeenCommittedByATime() {
        assertThat(history.chain.at(Instant.EPOCH)).isEqualTo(4);
        assertThat(history.chain.at(Instant.EPOCH.minusSeconds(1))).isZero();
    }
}
