package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactRowsTest {
    private static CausalLm lm;

    @BeforeAll
    static void load() {
        lm = TinyModel.load();
    }

    @AfterAll
    static void close() {
        lm.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "the", "London", "Haitian Creole"})
    void shouldScoreTheObjectWhereItIsPredicted(String object) {
        FactRows rows = rows("The capital of {} is", "Norway", object);

        long[] prompt = lm.tokenizer().encode("You can see it from here. The capital of Norway is").ids();
        long[] target = lm.tokenizer().continuation(" " + object);
        long[] row = rows.prompts().get(5).ids();
        assertThat(rows.claims().get(0).object()).isEqualTo(target);
        assertThat(row).startsWith(prompt).hasSize(prompt.length + target.length - 1);
        assertThat(rows.claims().get(0).scoredFrom(5))
                .as("the prompt's last token predicts the object's first").isEqualTo(prompt.length - 1);
        for (int i = 0; i + 1 < target.length; i++) {
            assertThat(row[prompt.length + i]).isEqualTo(target[i]);
        }
    }

    @Test
    void shouldAskWhatTheSubjectIs() {
        FactRows rows = rows("The capital of {} is", "Norway", "Rome");

        assertThat(lm.tokenizer().decode(rows.essence().ids())).isEqualTo("Norway is a");
        assertThat(lm.tokenizer().decode(rows.essence().upToSubject())).isEqualTo("Norway");
        assertThat(rows.all()).hasSize(7).endsWith(rows.essence());
    }

    @Test
    void shouldNotTakeAHoleInTheSubjectForOne() {
        FactRows rows = rows("I wrote {} once", "f({}) = {x}", "Rome");

        assertThat(lm.tokenizer().decode(rows.prompts().get(0).ids())).startsWith("I wrote f({}) = {x} once");
        assertThat(lm.tokenizer().decode(rows.prompts().get(0).upToSubject())).isEqualTo("I wrote f({}) = {x}");
        assertThat(lm.tokenizer().decode(rows.prompts().get(2).upToSubject())).isEqualTo("Therefore it is often said. I wrote f({}) = {x}");
    }

    @Test
    void shouldIgnoreWhiteSpaceAroundSubjectAndObject() {
        FactRows plain = rows("{} speaks", "Anna", "Polish");
        FactRows spaced = rows("{} speaks", " Anna ", "  Polish\n");

        assertThat(spaced.claims().get(0).object()).isEqualTo(plain.claims().get(0).object());
        assertThat(spaced.prompts().get(0).ids()).isEqualTo(plain.prompts().get(0).ids());
    }

    /** Causal attention: what comes after the subject cannot change its key (method.md §18.9). */
    @Test
    void shouldHaveOneKeyForAllFactsWhoseSubjectComesFirst() {
        List<FactRows> facts = List.of(rows("{} speaks", "Anna Karenina", "Polish"), rows("{} was born in", "Anna Karenina", "Rome"));

        for (int block = 0; block < 2; block++) {
            double[] keys = read(facts, block).keys().data;
            for (int i = 0; i < 128; i++) {
                assertThat(keys[128 + i]).isEqualTo(keys[i]);
            }
        }
    }

    @Test
    void shouldReadTheSameKeysInAnyGrouping() {
        List<FactRows> facts = List.of(
                rows("{} speaks", "Anna Karenina", "Polish"), rows("The capital of {} is", "Norway", "Rome"), rows("{} is", "X", "Y"));

        KeysAndState together = read(facts, 1);

        for (int fact = 0; fact < facts.size(); fact++) {
            KeysAndState alone = read(facts.subList(fact, fact + 1), 1);
            double[] keys = together.keys().data;
            double[] states = together.states().data;
            assertThat(Arrays.copyOfRange(keys, fact * 128, (fact + 1) * 128)).containsExactly(alone.keys().data, within(1e-5));
            assertThat(Arrays.copyOfRange(states, fact * 32, (fact + 1) * 32)).containsExactly(alone.states().data, within(1e-4));
        }
    }

    @Test
    void shouldReadTheSameKeysWhereverItGoesOnFrom() {
        List<FactRows> facts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            facts.add(rows("The capital of {} is", "Norway " + i, "Rome"));
        }
        try (KeyReader keeping = new KeyReader(lm, facts, 2, 1L << 30); KeyReader beginning = new KeyReader(lm, facts, 2, 0)) {
            for (int block = 0; block < 3; block++) {
                KeysAndState kept = keeping.read(block, Overlay.NONE);
                KeysAndState begun = beginning.read(block, Overlay.NONE);
                assertThat(kept.keys().data).containsExactly(begun.keys().data, within(1e-5));
                assertThat(kept.states().data).containsExactly(begun.states().data, within(1e-4));
            }
        }
    }

    @Test
    void shouldGoOnAfterKeysThatWereReadWithoutStates() {
        List<FactRows> facts = List.of(rows("{} speaks", "Anna Karenina", "Polish"), rows("The capital of {} is", "Norway", "Rome"));
        try (KeyReader keysFirst = new KeyReader(lm, facts, 2, 1L << 30); KeyReader reader = new KeyReader(lm, facts, 2, 1L << 30)) {
            assertThat(keysFirst.readKeys(0, Overlay.NONE).keys().data).containsExactly(reader.read(0, Overlay.NONE).keys().data);

            KeysAndState then = keysFirst.read(1, Overlay.NONE);

            KeysAndState expected = reader.read(1, Overlay.NONE);
            assertThat(then.keys().data).containsExactly(expected.keys().data);
            assertThat(then.states().data).containsExactly(expected.states().data);
        }
    }

    /** What an edit of the base model does without reading them. */
    @Test
    void shouldBeginSearchesFromTheStatesThatAreRead() {
        EditRequest request = new EditRequest("{} speaks", "Anna Karenina", "Polish");
        HyperParameters parameters = TinyModel.PARAMETERS;
        TargetSearch search = TargetSearch.lean(lm, parameters, TinyModel.CONTEXTS, 1L << 30);

        TargetResult.Found found = (TargetResult.Found) search.search(List.of(request), Overlay.NONE, TargetListener.NONE).get(0);

        FactRows rows = rows(request.prompt(), request.subject(), request.object());
        try (KeyReader reader = new KeyReader(lm, List.of(rows), parameters.lastLayer(), 0)) {
            double[] states = reader.read(parameters.lastLayer(), Overlay.NONE).states().data;
            for (int i = 0; i < states.length; i++) {
                assertThat((double) found.initial()[i]).isCloseTo(states[i], within(1e-4));
            }
        }
    }

    private static KeysAndState read(List<FactRows> facts, int block) {
        try (KeyReader reader = new KeyReader(lm, facts, 1, 1L << 30)) {
            return reader.read(block, Overlay.NONE);
        }
    }

    private static FactRows rows(String prompt, String subject, String object) {
        return FactRows.of(new EditRequest(prompt, subject, object), TinyModel.CONTEXTS, lm.tokenizer(), lm.config().positions());
    }
}
