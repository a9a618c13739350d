package dev.errata.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.fact.Arrival;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTest {
    private final Arrivals arrivals = new Arrivals();
    private final Arrival paris = arrivals.asserted("a#1", "France", "Paris");
    private final Arrival madrid = arrivals.asserted("b#2", "Spain", "Madrid");

    @Test
    void shouldBeNamedByItsEventsWhenSealed() {
        Batch batch = Batch.of(List.of(paris, madrid), SealCause.FULL, arrivals.now());

        // Python: sha256(b''.join(len(s).to_bytes(4, 'big') + s for s in (b'a', b'1', b'b', b'2'))).hexdigest()[:16]
        assertThat(batch.id()).isEqualTo("b-6fa2d87f48fc7ddf");
    }

    @Test
    void shouldHaveTheSameNameWhenTheSameEventsAreReadElsewhereAndLater() {
        Batch first = Batch.of(List.of(paris, madrid), SealCause.FULL, arrivals.now());
        Arrival again = arrivals.asserted("a#1", "France", "Paris");

        Batch second = Batch.of(List.of(again, madrid), SealCause.AGED, arrivals.after(9));

        assertThat(second.id()).isEqualTo(first.id());
    }

    @Test
    void shouldHaveAnotherNameWhenEventsReadTheSameOnlyWhenRunTogether() {
        Batch one = Batch.of(List.of(arrivals.asserted("a#bc", "France", "Paris")), SealCause.FULL, arrivals.now());
        Batch other = Batch.of(List.of(arrivals.asserted("ab#c", "France", "Paris")), SealCause.FULL, arrivals.now());
        Batch turned = Batch.of(List.of(madrid, paris), SealCause.FULL, arrivals.now());

        assertThat(one.id()).isNotEqualTo(other.id());
        assertThat(turned.id()).isNotEqualTo(Batch.of(List.of(paris, madrid), SealCause.FULL, arrivals.now()).id());
    }

    @Test
    void shouldRefuseWhenASubjectIsInItTwice() {
        List<Arrival> twice = List.of(paris, arrivals.asserted("a#3", " France ", "q", "Euro", 1));

        assertThatThrownBy(() -> Batch.of(twice, SealCause.FULL, arrivals.now())).hasMessageContaining("\"France\" twice");
    }

    @Test
    void shouldRefuseWhenItIsEmpty() {
        assertThatThrownBy(() -> Batch.of(List.of(), SealCause.FULL, arrivals.now())).hasMessageContaining("at least one");
    }

    @Test
    void shouldNotChangeWhenTheListThatItWasMadeOfDoes() {
        List<Arrival> list = new ArrayList<>(List.of(paris));
        Batch batch = Batch.of(list, SealCause.FULL, arrivals.now());

        list.add(madrid);

        assertThat(batch.arrivals()).containsExactly(paris);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, AccumulatorRules.FACTS_MAX + 1})
    void shouldRefuseRulesWhenABatchCouldHoldNothingOrTooMuch(int maxFacts) {
        assertThatThrownBy(() -> new AccumulatorRules(maxFacts, Duration.ZERO, ConflictRule.LATER))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining("maxFacts: " + maxFacts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "P365DT1S"})
    void shouldRefuseRulesWhenTheAgeIsOutOfRange(Duration maxAge) {
        assertThatThrownBy(() -> new AccumulatorRules(1, maxAge, ConflictRule.LATER))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining("maxAge: " + maxAge);
    }
}
