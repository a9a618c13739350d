package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.memit.KeptTarget;
import dev.errata.memit.TargetDirectory;
import dev.errata.memit.TargetKey;
import dev.errata.stream.SharedTarget;
import dev.errata.stream.TargetFeed;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two workers with a directory each and a topic between them. */
class SharedTargetsTest {
    private static final TargetKey KEY = new TargetKey("1".repeat(64));
    private static final KeptTarget TARGET = new KeptTarget(new float[] {1, 2}, new float[] {3, 4}, 0.5);
    private static final KeptTarget LATER = new KeptTarget(new float[] {1, 3}, new float[] {3, 4}, 0.5);

    @TempDir
    Path directory;

    private final Deque<SharedTarget> topic = new ArrayDeque<>();

    private TargetDirectory own(String worker) {
        return new TargetDirectory(directory.resolve(worker), 1000, Clock.systemUTC());
    }

    private TargetCycle cycle(TargetDirectory own) {
        return new TargetCycle(
                new TargetFeed() {
                    @Override
                    public Optional<SharedTarget> next(Duration wait) {
                        return Optional.ofNullable(topic.poll());
                    }

                    @Override
                    public void close() {
                        topic.clear();
                    }
                },
                own);
    }

    @Test
    void shouldFindWhatAnotherWorkerHasFound() {
        SharedTargets one = new SharedTargets(own("one"), topic::add);
        TargetDirectory other = own("other");

        one.keep(KEY, TARGET);
        cycle(other).turn();

        assertThat(one.find(KEY)).contains(TARGET);
        assertThat(other.find(KEY)).contains(TARGET);
    }

    @Test
    void shouldKeepItsOwnWhenTheSameIsSharedAgain() {
        SharedTargets one = new SharedTargets(own("one"), topic::add);
        TargetDirectory other = own("other");
        other.keep(KEY, LATER);

        one.keep(KEY, TARGET);
        cycle(other).turn();

        assertThat(other.find(KEY)).contains(LATER);
    }

    @Test
    void shouldLeaveOutWhatIsBroken() {
        TargetDirectory own = own("one");
        topic.add(new SharedTarget(KEY.sha256(), new byte[] {1, 2, 3}));
        TargetCycle cycle = cycle(own);

        cycle.turn();
        cycle.turn();

        assertThat(own.holds(KEY)).isFalse();
    }
}
