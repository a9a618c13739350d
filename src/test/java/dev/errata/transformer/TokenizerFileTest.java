package dev.errata.transformer;

import static dev.errata.transformer.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerFileTest {
    private static TokenizerFile of(String json) {
        return TokenizerFile.parse(json.getBytes(StandardCharsets.UTF_8), Path.of("tokenizer.json"));
    }

    @Test
    void shouldCountIdsOfVocabularyAndAddedTokens() {
        assertThat(of("{\"model\":{\"vocab\":{\"a\":0,\"b\":1}},\"added_tokens\":[{\"id\":4}]}").vocabulary()).isEqualTo(5);
    }

    /** One more than the largest number is the smallest one, and below every limit. */
    @Test
    void shouldRefuseWhenAnIdIsTheLargestNumber() {
        assertFails(Failure.TOKENIZER_INVALID, of("{\"model\":{\"vocab\":{\"a\":2147483647}}}")::vocabulary, "tokenizer.json", "model");
    }

    /** In place of the decoder each of these ended the process: the library does not refuse them, it aborts. */
    @ParameterizedTest
    @ValueSource(strings = {"1e400", "\"\\ud800\"", "[[1, -1e999]]"})
    void shouldRefuseWhatTheLibraryCannotRead(String value) {
        refusedWithin(value);
    }

    @Test
    void shouldRefuseAWholeNumberThatTheLibraryCannotRead() {
        refusedWithin("9".repeat(400));
    }

    private static void refusedWithin(String value) {
        assertFails(Failure.TOKENIZER_INVALID, () -> of("{\"decoder\": {\"a\": " + value + "}}"), "tokenizer.json", "decoder");
    }

    @Test
    void shouldRefuseObjectsThatLieTooDeepInEachOther() {
        String deep = "{\"decoder\": " + "{\"a\": ".repeat(100) + "1" + "}".repeat(101);

        assertFails(Failure.TOKENIZER_INVALID, () -> of(deep), "tokenizer.json", "is no JSON");
    }
}
