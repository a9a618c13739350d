package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.List;
import java.util.Set;
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

        KeysAndState read = KeysAndState.read(lm, facts, Set.of(0, 1), 1, Overlay.NONE, 8);

        for (int block = 0; block < 2; block++) {
            double[] keys = read.keys().get(block).data;
            for (int i = 0; i < 128; i++) {
                assertThat(keys[128 + i]).isEqualTo(keys[i]);
            }
        }
    }

    @Test
    void shouldReadTheSameKeysInAnyGrouping() {
        List<FactRows> facts = List.of(
                rows("{} speaks", "Anna Karenina", "Polish"), rows("The capital of {} is", "Norway", "Rome"), rows("{} is", "X", "Y"));

        KeysAndState together = KeysAndState.read(lm, facts, Set.of(1), 1, Overlay.NONE, 8);
        KeysAndState apart = KeysAndState.read(lm, facts, Set.of(1), 1, Overlay.NONE, 2);

        assertThat(together.keys().get(1).data).containsExactly(apart.keys().get(1).data, within(1e-5));
        assertThat(together.states().data).containsExactly(apart.states().data, within(1e-4));
    }

    private static FactRows rows(String prompt, String subject, String object) {
        return FactRows.of(new EditRequest(prompt, subject, object), TinyModel.CONTEXTS, lm.tokenizer(), lm.config().positions());
    }
}
