package dev.errata.fact;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

/** Laws of the normal form. Properties have classes of their own: surefire's report keeps one engine's results for each class. */
class FactKeyLawsTest {

    @Property
    void shouldBeItsOwnFormWhenNormalisedAgain(@ForAll String subject, @ForAll String relation) {
        Assume.that(isText(subject) && isText(relation));
        FactKey once = FactKey.of(subject, relation);

        assertThat(FactKey.of(once.subject(), once.relation())).isEqualTo(once);
    }

    @Property
    void shouldHoldNoWhiteSpaceButSingleInnerSpacesWhenNormalised(
            @ForAll @StringLength(max = 12) @Chars({'a', ' ', '\t', '\u0085', '\u00a0', '\u2003', '\u3000', '\u001c', '\u0301'})
                    String subject) {
        Assume.that(isText(subject));
        String form = FactKey.of(subject, "r").subject();

        assertThat(form).doesNotContain("  ").doesNotStartWith(" ").doesNotEndWith(" ");
        assertThat(form.replace(" ", "").codePoints()).noneMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
        assertThat(Normalizer.isNormalized(form, Normalizer.Form.NFC)).isTrue();
    }

    @Property(tries = 5000)
    void shouldBeAsDefinedWhenItIsSeenAtAGlance(
            @ForAll @StringLength(max = 8) @CharRange(from = '!', to = '\u0302')
                    @Chars({'a', ' ', ' ', ' ', '\t', '\u007f', '\u0085', '\u00a0', '\u00c5', '\u030a'}) String text) {
        assertThat(Normal.form(text)).isEqualTo(Normal.defined(text));
    }

    @Property
    void shouldNotDependOnComposition(@ForAll @StringLength(max = 20) @CharRange(from = 'a', to = '\u017f') String subject) {
        Assume.that(isText(subject));
        String decomposed = Normalizer.normalize(subject, Normalizer.Form.NFD);

        assertThat(FactKey.of(decomposed, "r")).isEqualTo(FactKey.of(subject, "r"));
    }

    /** A key of nothing is refused; FactTest has that. */
    private static boolean isText(String text) {
        return !Normal.form(text).isEmpty();
    }
}
