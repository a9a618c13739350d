package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.batch.Intent;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.IntakeLog;
import dev.errata.stream.Received;
import dev.errata.stream.memory.MemoryLine;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A record that brings out a bug of ours each time must not be the end of intake. */
class IntakeTroublesTest {
    private static final Clock CLOCK = Clock.fixed(Changes.TIME, ZoneOffset.UTC);
    private static final int ATTEMPTS = 3;

    private final MemoryLine line = new MemoryLine("m", 1, CLOCK);
    private final Changes changes = new Changes();
    private final IntakeTroubles troubles = new IntakeTroubles(ATTEMPTS);

    /** Cannot write what is about this subject. */
    private record Choking(IntakeLog log, String subject, Failure failure) implements IntakeLog {
        @Override
        public void commit(List<Effect> effects) {
            boolean chokes = effects.stream().anyMatch(effect ->
                    effect instanceof Effect.Kept kept && kept.arrival().change().key().subject().equals(subject));
            if (chokes) {
                throw new ErrataException(failure, "planted");
            }
            log.commit(effects);
        }

        @Override
        public IntakeMemory recall() {
            return log.recall();
        }

        @Override
        public void giveUp(Position position, Failure code, String message) {
            log.giveUp(position, code, message);
        }

        @Override
        public List<Received> poll(Duration wait, int most) {
            return log.poll(wait, most);
        }

        @Override
        public long lag() {
            return log.lag();
        }

        @Override
        public void pause() {
            log.pause();
        }

        @Override
        public void resume() {
            log.resume();
        }

        @Override
        public void close() {
            log.close();
        }
    }

    /** As a role's thread does: a cycle that fails is thrown away and another is opened. The failures there were. */
    private int run(Failure failure, int turns) {
        AccumulatorRules rules = new AccumulatorRules(1, Duration.ofHours(1), ConflictRule.LATER);
        int failures = 0;
        AccumulatorCycle cycle = null;
        for (int turn = 0; turn < turns; turn++) {
            try {
                if (cycle == null) {
                    IntakeLog log = new Choking(line.intakeLog(), "Boris", failure);
                    cycle = new AccumulatorCycle(log, rules, Room.of(100), CLOCK, CycleListener.NONE, troubles);
                }
                cycle.turn();
            } catch (ErrataException e) {
                failures++;
                cycle = null;
            }
        }
        return failures;
    }

    private List<String> sealed() {
        return line.intents().stream()
                .flatMap(intent -> ((Intent.Edit) intent).batch().arrivals().stream())
                .map(arrival -> arrival.change().key().subject())
                .toList();
    }

    @Test
    void shouldGiveUpTheRecordThatFailsAndTakeTheOthersIn() {
        line.publish(changes.speaks("Anna", "Polish"), changes.speaks("Boris", "Polish"), changes.speaks("Clara", "Polish"));

        int failures = run(Failure.INTERNAL, 20);

        assertThat(failures).isEqualTo(1 + ATTEMPTS);
        assertThat(sealed()).containsExactly("Anna", "Clara");
        assertThat(line.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.position()).isEqualTo(new Position(0, 1));
            assertThat(letter.message()).startsWith("attempts: 3").contains("planted");
        });
        assertThat(troubles.most()).as("all is well again").isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void shouldGiveUpNothingWhenTheBrokerIsToBlame() {
        line.publish(changes.speaks("Anna", "Polish"), changes.speaks("Boris", "Polish"));

        run(Failure.COMMIT_ABORTED, 40);

        assertThat(line.deadLetters()).isEmpty();
        assertThat(sealed()).isEmpty();
    }
}
