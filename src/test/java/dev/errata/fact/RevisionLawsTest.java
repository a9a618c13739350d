package dev.errata.fact;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RevisionLawsTest {
    private static final Instant NINE = Instant.parse("2026-01-01T09:00:00Z");

    @Property
    void shouldNeverBothBeOlder(@ForAll("revisions") Revision one, @ForAll("revisions") Revision other) {
        assertThat(one.isOlderThan(other) && other.isOlderThan(one)).isFalse();
    }

    @Property
    void shouldBeTransitiveWhenAllAreNumberedOrNoneIs(@ForAll("unmixed") List<Revision> three) {
        if (three.get(0).isOlderThan(three.get(1)) && three.get(1).isOlderThan(three.get(2))) {
            assertThat(three.get(0).isOlderThan(three.get(2))).isTrue();
        }
    }

    @Provide
    Arbitrary<Revision> revisions() {
        return Arbitraries.oneOf(numberless(), numbered());
    }

    @Provide
    Arbitrary<List<Revision>> unmixed() {
        return Arbitraries.oneOf(numberless().list().ofSize(3), numbered().list().ofSize(3));
    }

    private static Arbitrary<Revision> numberless() {
        return times().map(Revision::at);
    }

    private static Arbitrary<Revision> numbered() {
        return Combinators.combine(Arbitraries.longs().between(0, 3), times()).as(Revision::number);
    }

    private static Arbitrary<Instant> times() {
        return Arbitraries.integers().between(0, 3).map(NINE::plusSeconds);
    }
}
