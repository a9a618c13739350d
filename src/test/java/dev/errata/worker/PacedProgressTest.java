package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.memit.Progress.Phase;
import dev.errata.stream.memory.TurnedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacedProgressTest {
    private final List<String> heard = new ArrayList<>();
    private final TurnedClock clock = new TurnedClock(Changes.TIME);
    private final PacedProgress progress = new PacedProgress(
            new CycleListener() {
                @Override
                public void progress(String phase, int done, int of) {
                    heard.add(phase + " " + done + "/" + of);
                }
            },
            clock);

    @Test
    void shouldSayNothingWhenTheEditIsShort() {
        progress.at(Phase.TARGETS, 0, 8);
        clock.on(PacedProgress.EVERY.minusMillis(1));
        progress.at(Phase.TARGETS, 8, 8);

        assertThat(heard).isEmpty();
    }

    @Test
    void shouldTellHowFarItIsOnceInAWhileWhenTheEditIsLong() {
        for (int second = 0; second <= 12; second++) {
            progress.at(Phase.TARGETS, second, 20);
            progress.at(Phase.TARGETS, second, 20);
            clock.on(Duration.ofSeconds(1));
        }
        clock.on(PacedProgress.EVERY);
        progress.at(Phase.KEYS, 1, 2);

        assertThat(heard).containsExactly("targets 5/20", "targets 10/20", "keys 1/2");
    }
}
