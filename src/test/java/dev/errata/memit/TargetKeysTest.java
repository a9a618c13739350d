package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetKeysTest {
    private static final String BASE = "a".repeat(64);
    private static final HyperParameters PARAMETERS = TinyModel.PARAMETERS;
    private static final Contexts CONTEXTS = TinyModel.CONTEXTS;
    private static final EditRequest FACT = new EditRequest("{} is a native speaker of", "Anna Karenina", "Polish");
    private static final EditRequest OTHER = new EditRequest("The capital of {} is", "Norway", "Rome");

    private final TargetKeys keys = new TargetKeys(BASE, PARAMETERS, CONTEXTS);

    /** A target that is kept today must be found by tomorrow's code. The digest was made by another program, from the documentation. */
    @Test
    void shouldBeTheKeyThatItAlwaysWas() {
        assertThat(keys.of(FACT)).hasToString("e3e5c71f19a8fa18f4638974c39e8a87024281191d72ea4ff0179c2fd188d11a");
    }

    @Test
    void shouldBeAnotherKeyWhenAnyInputIsAnother() {
        Set<TargetKey> all = new HashSet<>(List.of(
                keys.of(FACT),
                new TargetKeys("b".repeat(64), PARAMETERS, CONTEXTS).of(FACT),
                new TargetKeys(BASE, PARAMETERS, contexts("You can see it from there. {}")).of(FACT),
                keys.of(new EditRequest("{} was a native speaker of", "Anna Karenina", "Polish")),
                keys.of(new EditRequest("{} is a native speaker of", "Anna", "Polish")),
                keys.of(new EditRequest("{} is a native speaker of", "Anna Karenina", "Swedish")),
                keys.of(List.of(FACT, OTHER))));
        List<HyperParameters> others = List.of(
                new HyperParameters(List.of(0, 2), 12, 0.5, 3, 0.5, 0.75, 0.0625, 100),
                new HyperParameters(List.of(0, 1), 13, 0.5, 3, 0.5, 0.75, 0.0625, 100),
                new HyperParameters(List.of(0, 1), 12, 0.4, 3, 0.5, 0.75, 0.0625, 100),
                new HyperParameters(List.of(0, 1), 12, 0.5, 2, 0.5, 0.75, 0.0625, 100),
                new HyperParameters(List.of(0, 1), 12, 0.5, 3, 0.6, 0.75, 0.0625, 100),
                new HyperParameters(List.of(0, 1), 12, 0.5, 3, 0.5, 0.70, 0.0625, 100),
                new HyperParameters(List.of(0, 1), 12, 0.5, 3, 0.5, 0.75, 0.0620, 100));
        others.forEach(parameters -> all.add(new TargetKeys(BASE, parameters, CONTEXTS).of(FACT)));

        assertThat(all).hasSize(14);
    }

    @Test
    void shouldBeTheSameKeyWhenOnlyWhatNoSearchReadsIsAnother() {
        HyperParameters otherSolve = new HyperParameters(List.of(1), 12, 0.5, 3, 0.5, 0.75, 0.0625, 7);

        assertThat(new TargetKeys(BASE, otherSolve, CONTEXTS).of(FACT)).isEqualTo(keys.of(FACT));
        assertThat(keys.of(new EditRequest("{} is a native speaker of", " Anna Karenina ", " Polish")))
                .as("the editor strips them")
                .isEqualTo(keys.of(FACT));
    }

    @Test
    void shouldBeOneKeyForFactsThatShareATargetInWhateverOrder() {
        assertThat(keys.of(List.of(FACT, OTHER))).isEqualTo(keys.of(List.of(OTHER, FACT)));
    }

    /** The border between two texts is part of what is hashed. */
    @Test
    void shouldBeAnotherKeyWhenTextMovesFromOneFieldToTheNext() {
        assertThat(keys.of(new EditRequest("{} is", "ab", "c"))).isNotEqualTo(keys.of(new EditRequest("{} is", "a", "bc")));
    }

    private static Contexts contexts(String last) {
        List<String> templates = new ArrayList<>(CONTEXTS.templates());
        templates.set(5, last);
        return new Contexts(templates);
    }
}
