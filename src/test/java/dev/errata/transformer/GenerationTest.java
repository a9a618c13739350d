package dev.errata.transformer;

import static dev.errata.transformer.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import dev.errata.failure.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(strings = {"gptj", "gpt_neox", "gpt2", "llama"})
class GenerationTest {
    private static final List<long[]> PROMPTS = List.of(new long[] {34, 369, 315, 66, 268}, new long[] {49}, new long[] {49, 274, 284});

    private static CausalLm model;

    @Parameter
    private String name;

    @BeforeParameterizedClassInvocation
    static void load(String name) {
        model = CausalLm.load(ModelDirectory.original(name), Device.cpu());
    }

    @AfterParameterizedClassInvocation
    static void close() {
        model.close();
    }

    /** The slow way: the whole text through the whole model for every token. */
    private static long[] continued(long[] prompt, int tokens, Overlay overlay) {
        long[] text = prompt;
        for (int t = 0; t < tokens; t++) {
            try (NDManager m = model.manager().newSubManager()) {
                float[] logits = model.logits(TokenRows.of(text), overlay, m).toFloatArray();
                int vocabulary = model.config().vocabulary();
                long[] longer = Arrays.copyOf(text, text.length + 1);
                longer[text.length] = Choice.greedy().next(Arrays.copyOfRange(logits, logits.length - vocabulary, logits.length));
                text = longer;
            }
        }
        return Arrays.copyOfRange(text, prompt.length, text.length);
    }

    @Test
    void shouldWriteWhatWholePassesWriteWhenAttentionRemembers() {
        float[] edited = model.tensor(1);
        edited[0] += 3;
        try (Overlay overlay = Overlay.of(model, Map.of(1, edited))) {
            for (Overlay weights : List.of(Overlay.NONE, overlay)) {
                List<long[]> written = new Generation(model, weights).run(PROMPTS, 12, Choice.greedy());
                for (int i = 0; i < PROMPTS.size(); i++) {
                    assertThat(written.get(i)).isEqualTo(continued(PROMPTS.get(i), 12, weights));
                }
            }
        }
    }

    @Test
    void shouldWriteTheSameWhenTheGeneratorIsTheSame() {
        Generation generation = new Generation(model, Overlay.NONE);
        List<long[]> first = generation.run(PROMPTS, 9, Choice.topK(5, new SplittableRandom(3)));
        List<long[]> again = generation.run(PROMPTS, 9, Choice.topK(5, new SplittableRandom(3)));
        List<long[]> other = generation.run(PROMPTS, 9, Choice.topK(5, new SplittableRandom(4)));
        assertThat(again).usingRecursiveComparison().isEqualTo(first);
        assertThat(other).usingRecursiveComparison().isNotEqualTo(first);
    }

    @Test
    void shouldLeaveNothingWhenItHasWritten() {
        int before = model.manager().getManagedArrays().size();
        new Generation(model, Overlay.NONE).run(PROMPTS, 5, Choice.greedy());
        assertThat(model.manager().getManagedArrays()).hasSize(before);
    }

    @Test
    void shouldRefusePromptsWhenTheContinuationDoesNotFit() {
        Generation generation = new Generation(model, Overlay.NONE);
        List<long[]> prompt = List.of(new long[250]);
        assertFails(Failure.FACT_TOO_MANY_TOKENS, () -> generation.run(prompt, 7, Choice.greedy()), "250 + 7", "256");
        assertThat(generation.run(prompt, 6, Choice.greedy()).get(0)).hasSize(6);
        assertThat(generation.run(prompt, 0, Choice.greedy()).get(0)).isEmpty();
    }
}
