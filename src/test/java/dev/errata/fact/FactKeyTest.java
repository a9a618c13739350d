package dev.errata.fact;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FactKeyTest {

    @Test
    void shouldBeEqualWhenOnlyTheUnicodeCompositionDiffers() {
        String composed = "Caf\u00e9";
        String combining = "Cafe\u0301";

        assertThat(combining).isNotEqualTo(composed);
        assertThat(FactKey.of(combining, combining)).isEqualTo(FactKey.of(composed, composed));
        assertThat(FactKey.of(combining, "r").subject()).isEqualTo(composed);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "New York", " New York", "New York ", "New  York", "\tNew\r\n York\n", "New\u00a0York", "New\u3000York", "New \u2028\u202f York",
        "New\u0085York", "\u001cNew\u001c\u001fYork\u001d"
    })
    void shouldBeEqualWhenOnlyWhiteSpaceDiffers(String spelling) {
        assertThat(FactKey.of(spelling, spelling)).isEqualTo(FactKey.of("New York", "New York"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"new york", "NewYork", "New\u200bYork", "New York.", "\uff2eew York", "New-York"})
    void shouldDifferWhenAnythingElseDiffers(String spelling) {
        assertThat(FactKey.of(spelling, "r")).isNotEqualTo(FactKey.of("New York", "r"));
        assertThat(FactKey.of("s", spelling)).isNotEqualTo(FactKey.of("s", "New York"));
    }

    @Test
    void shouldKeepSubjectAndRelationApartWhenTheirTextIsTheSameTogether() {
        assertThat(FactKey.of("a b", "c")).isNotEqualTo(FactKey.of("a", "b c"));
    }

    @Test
    void shouldBeNormalWhenMadeByItsConstructor() {
        assertThat(new FactKey(" a  b ", "r\t")).isEqualTo(FactKey.of("a b", "r")).hasToString("a b / r");
    }
}
