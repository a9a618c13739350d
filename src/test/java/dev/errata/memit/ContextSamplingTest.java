package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.transformer.CausalLm;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContextSamplingTest {
    @Test
    void shouldSampleTheSameContextsEveryTime() {
        try (CausalLm lm = TinyModel.load()) {
            Contexts contexts = Contexts.generate(lm);

            assertThat(Contexts.generate(lm)).isEqualTo(contexts);
            List<String> words = List.of("The", "Therefore", "Because", "I", "You");
            for (int i = 0; i < words.size(); i++) {
                String template = contexts.templates().get(i + 1);
                assertThat(template).startsWith(words.get(i)).endsWith(". {}").doesNotContain("<|endoftext|>");
                String text = template.substring(0, template.length() - ". {}".length());
                assertThat(text.length()).as("continued").isGreaterThan(words.get(i).length());
            }
            assertThat(Contexts.parse(contexts.json())).isEqualTo(contexts);
        }
    }
}
