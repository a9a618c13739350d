package dev.errata.fact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RevisionTest {
    private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");
    private static final Instant TEN = Instant.parse("2026-01-01T10:00:00Z");

    @Test
    void shouldGoByNumberWhenBothHaveOneWhateverTheClockSays() {
        assertThat(Revision.number(1, TEN).isOlderThan(Revision.number(2, NINE))).isTrue();
        assertThat(Revision.number(2, NINE).isOlderThan(Revision.number(1, TEN))).isFalse();
    }

    @Test
    void shouldGoByTimeWhenEitherHasNoNumber() {
        assertThat(Revision.at(NINE).isOlderThan(Revision.at(TEN))).isTrue();
        assertThat(Revision.number(9, NINE).isOlderThan(Revision.at(TEN))).isTrue();
        assertThat(Revision.at(NINE).isOlderThan(Revision.number(1, TEN))).isTrue();
        assertThat(Revision.at(TEN).isOlderThan(Revision.number(1, NINE))).isFalse();
    }

    @Test
    void shouldNotBeOlderWhenEqual() {
        assertThat(Revision.number(1, NINE).isOlderThan(Revision.number(1, TEN))).isFalse();
        assertThat(Revision.at(NINE).isOlderThan(Revision.at(NINE))).isFalse();
        assertThat(Revision.number(1, NINE).isOlderThan(Revision.at(NINE))).isFalse();
    }

    @Test
    void shouldCompareExtremesWhenNumbersAreAsFarApartAsTheyCanBe() {
        assertThat(Revision.number(Long.MIN_VALUE, TEN).isOlderThan(Revision.number(Long.MAX_VALUE, TEN))).isTrue();
    }

    @Test
    void shouldGoRoundInACircleWhenASourceMixesNumbersAndTimes() {
        Revision five = Revision.number(5, TEN);
        Revision none = Revision.at(TEN.plusSeconds(1));
        Revision three = Revision.number(3, TEN.plusSeconds(2));

        assertThat(five.isOlderThan(none)).isTrue();
        assertThat(none.isOlderThan(three)).isTrue();
        assertThat(three.isOlderThan(five)).isTrue();
    }
}
