package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptPrefixesTest {
    private static final List<long[]> TEXTS = List.of(new long[] {5, 6, 7}, new long[0]);
    private CausalLm model;

    @BeforeEach
    void load() {
        model = CausalLm.load(ModelDirectory.original("gptj"), "cpu");
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void shouldGiveTheSameTextsAgainWhenTheirLastUserIsDone() {
        SharedPrefixes first = used(TEXTS, model.config().blocks(), Overlay.NONE);

        try (SharedPrefixes equal = SharedPrefixes.of(model, List.of(new long[] {5, 6, 7}, new long[0]), 1, Overlay.NONE)) {
            assertThat(equal).isSameAs(first);
        }
    }

    @Test
    void shouldRunThemAnewWhenSomebodyHasThem() {
        used(TEXTS, 1, Overlay.NONE);

        try (SharedPrefixes one = SharedPrefixes.of(model, TEXTS, 1, Overlay.NONE);
                SharedPrefixes other = SharedPrefixes.of(model, TEXTS, 1, Overlay.NONE)) {
            assertThat(other).isNotSameAs(one);
            assertThat(other.remembered(0).keys().toFloatArray()).isEqualTo(one.remembered(0).keys().toFloatArray());
        }
    }

    @Test
    void shouldRunThemAnewWhenTheyAreOthersOrBlocksAreMissing() {
        SharedPrefixes first = used(TEXTS, 1, Overlay.NONE);

        assertThat(used(TEXTS, 2, Overlay.NONE)).isNotSameAs(first);
        SharedPrefixes second = used(TEXTS, 2, Overlay.NONE);
        assertThat(used(List.of(new long[] {5, 6}, new long[0]), 2, Overlay.NONE)).isNotSameAs(second);
    }

    @Test
    void shouldKeepNothingOfEditedWeights() {
        SharedPrefixes base = used(TEXTS, 2, Overlay.NONE);

        try (Overlay edited = Overlay.of(model, Map.of(0, model.tensor(0)))) {
            assertThat(used(TEXTS, 2, edited)).isNotSameAs(base);
        }
        assertThat(used(TEXTS, 2, Overlay.NONE)).isSameAs(base);
    }

    private SharedPrefixes used(List<long[]> texts, int to, Overlay overlay) {
        try (SharedPrefixes prefixes = SharedPrefixes.of(model, texts, to, overlay)) {
            return prefixes;
        }
    }
}
