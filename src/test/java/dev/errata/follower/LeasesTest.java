package dev.errata.follower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.memit.EditedTensors;
import dev.errata.transformer.CausalLm;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers that ask while versions are swapped in under them, and the native memory that they hold. */
class LeasesTest {
    private static final OptionalLong SERVED = OptionalLong.empty();
    private static final int READERS = 8;

    private static CausalLm model;

    @TempDir
    Path directory;

    private FollowedLine line;
    private ServedVersions served;
    private FollowerCycle cycle;

    @BeforeAll
    static void load() {
        model = FollowedLine.model();
    }

    @AfterAll
    static void unload() {
        model.close();
    }

    @BeforeEach
    void begin() {
        line = new FollowedLine(model, 7);
        served = new ServedVersions(FollowedLine.NAME, model, line.base, new PayloadStore(directory), () -> line.deltas());
        cycle = new FollowerCycle(line.feed(), served);
    }

    private Answer ask(OptionalLong version) {
        return served.ask(new Ask("The capital of Norway is", version, 2, List.of("Rome", "Oslo")));
    }

    private void follow() {
        do {
            cycle.turn();
        } while (!served.caughtUp());
    }

    @Test
    void shouldAnswerEachQuestionFromOneVersionWhenThirtyAreSwappedInMeanwhile() throws Exception {
        int versions = 30;
        AtomicBoolean done = new AtomicBoolean();
        Set<Answer> answers = ConcurrentHashMap.newKeySet();
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            List<Future<?>> asking = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                OptionalLong wanted = reader == 0 ? OptionalLong.of(0) : SERVED;
                asking.add(readers.submit(() -> {
                    do {
                        answers.add(ask(wanted));
                    } while (!done.get());
                }));
            }
            for (int version = 1; version <= versions; version++) {
                (version % 5 == 0 ? line.rollback(version - 3) : line.edit()).announce();
                follow();
                answers.add(ask(SERVED));
            }
            done.set(true);
            for (Future<?> one : asking) {
                one.get();
            }
        } finally {
            done.set(true);
            readers.shutdown();
        }

        // One answer for each version, whoever asked and whatever was swapped in while they did.
        assertThat(answers).hasSize(versions + 1);
        assertThat(answers).extracting(Answer::version).doesNotHaveDuplicates();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.digest()).isEqualTo(line.digest((int) answer.version()));
            assertThat(answer).isEqualTo(ask(OptionalLong.of(answer.version())));
        });
    }

    /** The old version's delta lies behind a pipe, so its replay stands still until this test writes into it. */
    @Test
    void shouldAnswerFromTheNewestVersionWhenAnOldOneIsBeingReplayed() throws Exception {
        line.edit().announce();
        follow();
        Answer old = ask(OptionalLong.of(1));
        line.edit().announce();
        follow();
        Path delta = directory.resolve(((Edited) line.version(1).change()).delta().sha256());
        byte[] payload = Files.readAllBytes(delta);
        Files.delete(delta);
        assertThat(new ProcessBuilder("mkfifo", delta.toString()).start().waitFor()).isZero();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            Future<Answer> oldAgain = readers.submit(() -> ask(OptionalLong.of(1)));

            Answer newest;
            try (OutputStream pipe = Files.newOutputStream(delta, StandardOpenOption.WRITE)) {
                newest = readers.submit(() -> ask(SERVED)).get(1, TimeUnit.MINUTES);
                pipe.write(payload);
            }

            assertThat(newest.version()).isEqualTo(2);
            assertThat(oldAgain.get(1, TimeUnit.MINUTES)).isEqualTo(old);
        } finally {
            readers.shutdown();
        }
    }

    @Test
    void shouldGiveNativeMemoryBackWhenItIsClosed() {
        long before = arrays();
        line.edit().edit().edit().edit().edit().edit().announce();
        follow();
        for (long version = 0; version < 6; version++) {
            ask(OptionalLong.of(version));
        }
        assertThat(arrays()).as("the base gave way to five versions of two tensors each").isEqualTo(before + 4 * 2);

        served.close();
        served.close();

        assertThat(arrays()).isEqualTo(before - 2);
        assertThatThrownBy(() -> ask(SERVED)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ask(OptionalLong.of(2))).isInstanceOf(IllegalStateException.class);
    }

    /** Arrays that are alive on the device, those of the model included. */
    private static long arrays() {
        return model.manager().getManagedArrays().stream().filter(array -> !array.isReleased()).count();
    }

    @Test
    void shouldKeepAVersionForItsReaderWhenTheShelfLetsItGo() {
        ServedVersion version = new ServedVersion(0, line.digest(0), EditedTensors.overlay(model, line.base));
        NDArray weight = version.overlay().weight(0).orElseThrow();
        assertThat(version.lease()).isTrue();

        version.release();
        assertThat(weight.isReleased()).as("a reader holds it").isFalse();
        version.release();

        assertThat(weight.isReleased()).isTrue();
        assertThat(version.lease()).as("after the last one let go").isFalse();
    }
}
