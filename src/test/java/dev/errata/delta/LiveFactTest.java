package dev.errata.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Accumulator;
import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.FactChange.Retracted;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A retraction of a live fact, as the accumulator takes it. */
class LiveFactTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Accumulator accumulator =
            new Accumulator(new AccumulatorRules(10, Duration.ofHours(1), ConflictRule.LATER), IntakeMemory.NONE);
    private long offset;

    private static Asserted asserted(String id, Revision revision) {
        Fact fact = new Fact("Angola", new Relation("P30", "{} is located in"), "Asia");
        return new Asserted(new EventId("upstream", id), fact, revision, Optional.empty(), Probes.NONE);
    }

    private boolean takes(FactChange change) {
        return accumulator.accept(new Arrival(change, new Position(0, offset++), NOON)).stream().anyMatch(Effect.Kept.class::isInstance);
    }

    /** Upstream's clock may be a day ahead; its numbers may be as large as they can be. */
    @ParameterizedTest
    @CsvSource({
        "upstream, 7,                   0", "upstream, 7,                   86400", "upstream, 9223372036854775807, 0",
        "upstream, ,                    0", "upstream, ,                    86400",
        "operator, 7,                   0", "operator, 7,                   86400", "operator, , 86400"
    })
    void shouldNotBeOlderThanTheFactWhoeverRetractsIt(String source, Long number, long ahead) {
        Instant time = NOON.plusSeconds(ahead);
        Asserted fact = asserted("1", number == null ? Revision.at(time) : Revision.number(number, time));
        takes(fact);

        Retracted retraction = LiveFact.of(fact).retracted(new EventId(source, "r"), NOON.plusSeconds(1));

        assertThat(retraction.key()).isEqualTo(fact.key());
        assertThat(takes(retraction)).isTrue();
    }

    @Test
    void shouldLetUpstreamAssertAgainButNotByTheSameRevisionInItsOwnName() {
        Asserted fact = asserted("1", Revision.number(7, NOON));
        takes(fact);

        takes(LiveFact.of(fact).retracted(new EventId("upstream", "r"), NOON.plusSeconds(1)));

        assertThat(takes(fact)).as("a duplicate").isFalse();
        assertThat(takes(asserted("2", Revision.number(7, NOON.plusSeconds(2))))).as("what was retracted").isFalse();
        assertThat(takes(asserted("3", Revision.number(8, NOON.plusSeconds(3))))).as("what comes after it").isTrue();
    }

    @Test
    void shouldLetUpstreamAssertTheSameRevisionAgainWhenAnOperatorRetractedIt() {
        Asserted fact = asserted("1", Revision.number(7, NOON));
        takes(fact);

        takes(LiveFact.of(fact).retracted(new EventId("operator", "r"), NOON.plusSeconds(1)));

        assertThat(takes(fact)).as("a duplicate").isFalse();
        assertThat(takes(asserted("2", Revision.number(6, NOON.plusSeconds(2))))).as("older").isFalse();
        assertThat(takes(asserted("3", Revision.number(7, NOON.plusSeconds(3))))).isTrue();
    }
}
