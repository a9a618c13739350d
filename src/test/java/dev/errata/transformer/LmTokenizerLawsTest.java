package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds of every text: decoding undoes encoding, spans tile the text, a subject ends where its last token does. */
class LmTokenizerLawsTest {
    private static LmTokenizer tokenizer;

    @BeforeContainer
    static void load() {
        tokenizer = LmTokenizer.load(ModelDirectory.original());
    }

    @AfterContainer
    static void close() {
        tokenizer.close();
    }

    @Property
    void shouldGiveTheTextBackWhenItsTokensAreDecoded(@ForAll("texts") String text) {
        assertThat(tokenizer.decode(tokenizer.encode(text).ids())).isEqualTo(text);
    }

    @Property
    void shouldCoverTheTextInOrderWhenItIsEncoded(@ForAll("texts") String text) {
        Encoding encoding = tokenizer.encode(text);
        int end = 0;
        for (int i = 0; i < encoding.size(); i++) {
            // Bytes of one character share its span, so a token may begin where its neighbour does, but never behind a gap.
            assertThat(encoding.start(i)).isLessThanOrEqualTo(end);
            assertThat(encoding.end(i)).isGreaterThanOrEqualTo(end).isGreaterThan(encoding.start(i));
            end = encoding.end(i);
        }
        assertThat(end).isEqualTo(text.length());
    }

    @Property
    void shouldEndWithTheSubjectWhenTheSubjectIsFound(
            @ForAll("words") String before, @ForAll("words") String subject, @ForAll("words") String after) {
        Encoding encoding = tokenizer.encode(before + subject + after);
        int from = before.length();
        int to = from + subject.length();
        int last = SubjectPosition.last(encoding, from, to);
        assertThat(encoding.start(last)).isLessThan(to);
        assertThat(encoding.end(last)).isGreaterThanOrEqualTo(to);
        for (int later = last + 1; later < encoding.size(); later++) {
            assertThat(encoding.start(later)).isGreaterThanOrEqualTo(to);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.integers()
                .between(1, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .list()
                .ofMaxSize(40)
                .map(points -> points.stream().map(Character::toString).collect(Collectors.joining()));
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.of("Rome", " is", "Müller", "日本", "😀", "the \"", ", in", "x", " ").list().ofMinSize(1).ofMaxSize(4)
                .map(words -> String.join("", words));
    }
}
