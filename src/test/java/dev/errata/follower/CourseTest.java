package dev.errata.follower;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.PayloadStore;
import dev.errata.delta.SnapshotSearch;
import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CourseTest {
    @TempDir
    Path directory;

    private final List<Long> read = new ArrayList<>();
    private final Queue<Runnable> waiting = new ArrayDeque<>();

    /** The first is read at once, what is ahead of it when it is let. */
    private final Executor reader = task -> {
        if (read.isEmpty()) {
            task.run();
        } else {
            waiting.add(task);
        }
    };

    @Test
    void shouldReadNothingMoreAheadWhenItIsForgotten() {
        Course course = onItsWay();

        course.forget();
        waiting.forEach(Runnable::run);

        assertThat(waiting).hasSize(2);
        assertThat(read).containsExactly(1L);
    }

    private Course onItsWay() {
        try (CausalLm model = FollowedLine.model()) {
            FollowedLine line = new FollowedLine(model, 7).edit().edit().edit().announce();
            Deltas deltas = new Deltas(new PayloadStore(directory), () -> new WatchedDeltas(line.deltas(), read));
            Course course = new Course(FollowedLine.NAME, Pin.HEAD, line.base, SnapshotSearch.NONE, deltas, Optional.of(reader));
            for (int number = 1; number <= 3; number++) {
                course.hear(line.version(number));
            }
            course.hear(line.head());
            assertThat(course.isOnItsWay()).isTrue();
            course.step();
            return course;
        }
    }
}
