package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ChoiceTest {
    @Property
    void shouldDrawOneOfTheLikeliestWhenKAreAllowed(
            @ForAll("logits") float[] logits, @ForAll @IntRange(min = 1, max = 6) int k, @ForAll long seed) {
        int chosen = Choice.topK(k, new SplittableRandom(seed)).next(logits);
        long better = 0;
        for (float logit : logits) {
            better += logit > logits[chosen] ? 1 : 0;
        }
        assertThat(better).isLessThan(k);
        assertThat(Choice.topK(1, new SplittableRandom(seed)).next(logits)).isEqualTo(Choice.greedy().next(logits));
    }

    @Provide
    Arbitrary<float[]> logits() {
        return Arbitraries.floats().between(-5, 5).ofScale(1).array(float[].class).ofMinSize(1).ofMaxSize(20);
    }

    @Example
    void shouldDrawInProportionWhenProbabilitiesDiffer() {
        Choice choice = Choice.topK(2, new SplittableRandom(11));
        float[] logits = {(float) Math.log(1), (float) Math.log(3), (float) Math.log(6)};
        Map<Integer, Integer> drawn = new HashMap<>();
        for (int i = 0; i < 9_000; i++) {
            drawn.merge(choice.next(logits), 1, Integer::sum);
        }
        assertThat(drawn).containsOnlyKeys(1, 2);
        // 2/3 of 9000 with a standard deviation of 45
        assertThat((double) drawn.get(2)).isCloseTo(6_000, within(250.0));
    }

    @Example
    void shouldRefuseToDrawWhenNothingIsAllowed() {
        assertThatThrownBy(() -> Choice.topK(0, new SplittableRandom(1))).isInstanceOf(IllegalArgumentException.class);
    }
}
