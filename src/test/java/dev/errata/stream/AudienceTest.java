package dev.errata.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudienceTest {
    @Test
    void shouldHoldEveryLineWhenNoneIsNamed() {
        assertThat(Audience.EVERY_LINE.holds("a")).isTrue();
        assertThat(Audience.of(List.of())).isEqualTo(Audience.EVERY_LINE);
    }

    @Test
    void shouldHoldTheNamedLinesAloneInWhateverOrder() {
        Audience audience = Audience.parse(" b, a ,b");

        assertThat(audience.holds("a")).isTrue();
        assertThat(audience.holds("c")).isFalse();
        assertThat(audience.text()).isEqualTo("a,b");
        assertThat(Audience.parse(audience.text())).isEqualTo(audience);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a,", "a b", "a/b", "ä"})
    void shouldRefuseWhatCannotBeALine(String attribute) {
        assertThatThrownBy(() -> Audience.parse(attribute))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.FACT_UNREADABLE))
                .hasMessageStartingWith("errataline: ");
    }
}
