package dev.errata.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Position;
import dev.errata.fact.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Every source numbers its changes of a key properly; the log mixes and repeats them in any way. */
class InterleavingLawsTest {
    private static final List<String> SOURCES = List.of("a", "b");
    private static final List<String> SUBJECTS = List.of("x", "y", "z");
    private static final int REVISIONS = 4;

    private record Sent(String source, String subject, int revision) {
        private Arrival at(int offset, Instant time) {
            EventId event = new EventId(source, subject + "." + revision);
            Revision number = Revision.number(revision, Arrivals.START);
            return new Arrival(
                    Arrivals.assertion(event, subject, "r", source + revision, number), new Position(0, offset), time);
        }
    }

    @Property
    void shouldWriteTheNewestRevisionOfEachSourceLastWhateverTheOrder(
            @ForAll("interleavings") List<Sent> log, @ForAll @IntRange(min = 1, max = 4) int maxFacts) {
        Intake intake = new Intake(new AccumulatorRules(maxFacts, Duration.ofSeconds(3), ConflictRule.LATER));
        for (int i = 0; i < log.size(); i++) {
            Instant time = Arrivals.START.plusSeconds(i);
            intake.tick(time);
            intake.accept(log.get(i).at(i, time));
        }
        intake.flush(Arrivals.START.plusSeconds(log.size()));

        Map<String, Long> newest = new HashMap<>();
        for (Arrival arrival : intake.sealed()) {
            FactKey key = arrival.change().key();
            newest.put(arrival.change().event().source() + key, arrival.change().revision().number().getAsLong());
        }
        assertThat(newest).hasSize(SOURCES.size() * SUBJECTS.size()).values().containsOnly((long) REVISIONS);
    }

    /** Each change once, in any order, and some of them again. */
    @Provide
    Arbitrary<List<Sent>> interleavings() {
        List<Sent> all = SOURCES.stream()
                .flatMap(source -> SUBJECTS.stream().flatMap(subject -> revisions(source, subject)))
                .toList();
        return Arbitraries.of(all).list().ofMaxSize(10).flatMap(again -> {
            List<Sent> log = new ArrayList<>(all);
            log.addAll(again);
            return Arbitraries.shuffle(log);
        });
    }

    private static Stream<Sent> revisions(String source, String subject) {
        return IntStream.rangeClosed(1, REVISIONS).mapToObj(revision -> new Sent(source, subject, revision));
    }
}
