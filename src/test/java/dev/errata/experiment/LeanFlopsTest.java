package dev.errata.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.experiment.LeanFlops.Row;
import dev.errata.memit.Contexts;
import dev.errata.memit.EditRequest;
import dev.errata.memit.HyperParameters;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeanFlopsTest {
    private static final Path BUNDLED = Path.of("models/errata-gptj-8m");
    /** d = 256, d_k = 1,024, 8 blocks, vocabulary 4,096, attention and MLP side by side. */
    private static final ModelConfig CONFIG = ModelConfig.read(BUNDLED);

    private static LeanFlops flops(int last) {
        return new LeanFlops(CONFIG, new HyperParameters(List.of(last), 25, 0.5, 7, 0.5, 1, 0.0625, 1));
    }

    /** L = 6: block 7 is both the first after L and the last; only position 0 is there, with two tokens before it. */
    @Test
    void shouldCountEveryProductOnceWhenOnePositionIsAllThereIs() {
        double d = 256;
        double products = 2 * d * d * 4 + 2 * d * 1024 * 2;
        double attention = 2 * 2 * d * 3;
        double head = 2 * d * 4096;

        assertThat(flops(6).forward(new Row(2, 1, 1), 8)).isEqualTo(products + attention + head);
        // Back: the head and each weight once, scores and sums to query, key and value, but only one key and one value are no constants.
        assertThat(flops(6).back(new Row(2, 1, 1), 8)).isEqualTo(products + 2 * d * (3 + 1 + 3 + 1) + head);
    }

    /** L = 5, three positions, one scored: block 6 knows positions 1 and 2 already, block 7 reads one query of three. */
    @Test
    void shouldLeaveOutWhatIsKnownAndWhatNobodyReads() {
        double d = 256;
        double matrix = 2 * d * d;
        double mlp = 2 * d * 1024 * 2;
        double block6 = 3 * matrix + mlp + 3 * matrix + 2 * d * (2 * 1 + (1 + 2) + (1 + 3));
        double block7 = 3 * 2 * matrix + matrix + mlp + matrix + 2 * d * 2 * 3;

        assertThat(flops(5).forward(new Row(0, 3, 1), 8)).isEqualTo(block6 + block7 + 2 * d * 4096);
    }

    @Test
    void shouldNeedLessWhenLessDependsOnTheChange() {
        Row row = new Row(3, 4, 1);

        assertThat(flops(5).forward(row, 8)).isLessThan(flops(3).forward(row, 8));
        assertThat(flops(3).forward(new Row(3, 4, 1), 8)).isLessThan(flops(3).forward(new Row(3, 4, 2), 8));
        assertThat(flops(3).forward(new Row(3, 4, 1), 8)).isLessThan(flops(3).forward(new Row(3, 5, 1), 8));
    }

    /** What lean-targets' prototype counted on this model: 6.6 G for a fact of CounterFact, 25 passes. */
    @Test
    void shouldComeToSixAndAHalfGigaForATypicalFact() {
        HyperParameters parameters = HyperParameters.read(BUNDLED.resolve("hparams.json"));
        try (CausalLm lm = CausalLm.load(BUNDLED, "cpu")) {
            ReferenceRows rows = ReferenceRows.of(
                    new EditRequest("{} is located in", "Angola", "Antarctica"),
                    Contexts.read(BUNDLED.resolve("contexts.json")),
                    lm.tokenizer());

            assertThat(new LeanFlops(lm.config(), parameters).fact(rows, 25)).isCloseTo(6.6e9, within(1.5e9));
        }
    }
}
