package dev.errata.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.simulation.Simulator.Hunted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a night runs ten thousand of ({@code errata simulate --schedules 10000}), in short. */
class SimulationTest {
    @Test
    void shouldViolateNothingInAnySchedule() {
        assertThat(Simulator.run(0, 500)).isEmpty();
    }

    @Test
    void shouldFindEveryPlantedBug() {
        List<Hunted> hunted = Simulator.hunt();

        hunted.forEach(bug -> System.out.printf("%s: seed %d, %s%n", bug.name(), bug.seed(), bug.finding()));
        assertThat(hunted).hasSizeGreaterThanOrEqualTo(10).allMatch(Hunted::found);
    }

    /** In these two of a night's ten thousand, rebases, rejections and restarts leave hundreds of edits for the calm. */
    @Test
    void shouldComeToRestWhenMuchWaits() {
        for (long seed : new long[] {6697, 8237}) {
            assertThat(Simulator.replay(seed, Optional.empty(), Optional.empty())).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void shouldGoTheSameWayWhenTheSeedIsTheSame() {
        assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
    }

    private static List<String> trace(long seed) {
        List<String> steps = new ArrayList<>();
        Simulator.replay(seed, Optional.empty(), Optional.of(steps::add));
        return steps;
    }
}
