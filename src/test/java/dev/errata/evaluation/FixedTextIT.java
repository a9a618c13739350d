package dev.errata.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The whole of the bundled text through the bundled model: tens of seconds. */
class FixedTextIT {
    /** What the reference measured, as recorded in the oracle's results.json; the model's card says 101.0. */
    private static final double PERPLEXITY = 101.044;

    @Test
    void shouldHaveThePerplexityOfTheCardWhenTheBundledModelReadsTheWholeText() {
        try (CausalLm model = CausalLm.load(Path.of("models/errata-gptj-8m"), "cpu")) {
            FixedText text = FixedText.read(model, Path.of("models/errata-gptj-8m/wiki_heldout.txt"), Integer.MAX_VALUE);

            assertThat(text.basePerplexity()).isCloseTo(PERPLEXITY, within(0.001));
        }
    }
}
