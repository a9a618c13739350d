package dev.errata.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import dev.errata.transformer.TokenRows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScorerTest {
    private static CausalLm model;

    @BeforeAll
    static void load() {
        model = TinyModel.load();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Scorer base() {
        return new Scorer(model, Overlay.NONE);
    }

    @Test
    void shouldAnswerInTheOrderOfTheQuestionsWhenRowsAreSortedByLength() {
        List<Question> questions = new ArrayList<>();
        for (int words = 40; words > 0; words -= 3) {
            questions.add(new Question("word ".repeat(words).strip(), words % 2 == 0 ? "Rome" : "the river was long"));
            questions.add(new Question("a", "b".repeat(words)));
        }

        List<Likelihood> together = base().ask(questions);

        assertThat(together).hasSameSizeAs(questions);
        for (int i = 0; i < questions.size(); i++) {
            Likelihood alone = base().ask(List.of(questions.get(i))).get(0);
            assertThat(together.get(i).nll()).as("question %d", i).isCloseTo(alone.nll(), within(1e-4));
        }
    }

    /** One token after the other, each with the ones before it given. */
    @Test
    void shouldGiveTheMeanOverTokensWhenAnObjectHasSeveral() {
        String prompt = "The capital of Norway is";
        long[] tokens = model.tokenizer().continuation(" Stockholm");
        assertThat(tokens.length).isGreaterThan(2);
        double sum = 0;
        String before = prompt;
        for (long token : tokens) {
            sum += nll(before, token);
            before += model.tokenizer().decode(token);
        }

        Likelihood answer = base().ask(List.of(new Question(prompt, "Stockholm"))).get(0);

        assertThat(answer.nll()).isCloseTo(sum / tokens.length, within(1e-4));
        assertThat(answer.probability()).isEqualTo(Math.exp(-answer.nll()));
    }

    private static double nll(String text, long token) {
        long[] ids = model.tokenizer().encode(text).ids();
        try (var manager = model.manager().newSubManager()) {
            float[] logits = model.logits(TokenRows.of(ids), Overlay.NONE, manager).toFloatArray();
            int vocabulary = model.config().vocabulary();
            double sum = 0;
            for (int i = logits.length - vocabulary; i < logits.length; i++) {
                sum += Math.exp(logits[i]);
            }
            return Math.log(sum) - logits[logits.length - vocabulary + (int) token];
        }
    }

    @Test
    void shouldAnswerNothingWhenNothingIsAsked() {
        assertThat(base().ask(List.of())).isEmpty();
    }

    @Test
    void shouldSayWhatDoesNotFitWhenAQuestionIsTooLong() {
        Question tooLong = new Question("a ".repeat(2000), "b");

        assertThat(base().fits(tooLong)).isFalse();
        assertThat(base().fits(new Question("", "b"))).isFalse();
        assertThat(base().fits(new Question("a", "b"))).isTrue();
        assertThatThrownBy(() -> base().ask(List.of(tooLong)))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.FACT_TOO_MANY_TOKENS));
    }

    @Test
    void shouldFitExactlyWhenPromptAndObjectFillThePositions() {
        int positions = model.config().positions();
        String word = " a";
        int perWord = model.tokenizer().continuation(word).length;
        int object = model.tokenizer().continuation(" b").length;
        assertThat(perWord).isEqualTo(1);
        Question full = new Question("a" + word.repeat(positions - object), "b");
        Question over = new Question("a" + word.repeat(positions - object + 1), "b");

        assertThat(base().fits(full)).isTrue();
        assertThat(base().ask(List.of(full))).hasSize(1);
        assertThat(base().fits(over)).isFalse();
    }
}
