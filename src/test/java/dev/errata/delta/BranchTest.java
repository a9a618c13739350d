package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.Known;
import dev.errata.delta.Version.Origin;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BranchTest {
    /** Law: the copies make the digest and the live facts of every version they are of, whatever led there. */
    @Property(tries = 100)
    void shouldMakeTheSameWeightsAndLiveFacts(@ForAll long seed) {
        History history = new History(seed);
        for (int step = 0; step < 12; step++) {
            history.step();
        }
        for (long from = 1; from <= history.chain.head(); from++) {
            Branch branch = Branch.of(history.chain, from, "b");

            VersionChain line = new VersionChain("b", history.chain.tensors(0));
            branch.copies().forEach(line::append);
            assertThat(line.digest(line.head())).isEqualTo(history.chain.digest(from));
            assertThat(line.live().values().stream().map(Live::fact).toList())
                    .isEqualTo(history.chain.live(from).values().stream().map(Live::fact).toList());
            assertThat(Branch.of(history.chain, from, "b")).isEqualTo(branch);
        }
    }

    @Test
    void shouldNameWhereEachComesFromAndWhatItHolds() {
        History history = new History(1);
        history.edit(List.of(), List.of(History.fact(1, "x")));
        history.edit(List.of(), List.of(History.fact(2, "y")));
        history.rollback(1);
        history.edit(List.of(History.key(1)), List.of(History.fact(1, "z")));

        Branch branch = Branch.of(history.chain, 4, "b");

        assertThat(branch.copies()).extracting(Version::number).containsExactly(1L, 2L);
        assertThat(branch.copies()).extracting(Version::origin)
                .containsExactly(Optional.of(new Origin("model", 1)), Optional.of(new Origin("model", 4)));
        assertThat(branch.copies()).extracting(Version::intent).containsExactly("copy-of-model-1", "copy-of-model-4");
        assertThat(branch.known()).extracting(Known::event)
                .containsExactly(History.fact(1, "x").event(), History.fact(1, "z").event());
        assertThat(Branch.of(history.chain, 0, "b").copies()).isEmpty();
        assertThatThrownBy(() -> Branch.of(history.chain, 5, "b"))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.VERSION_UNKNOWN));
    }
}
