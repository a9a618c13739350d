package dev.errata.memit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.transformer.CausalLm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A covariance that is stopped and goes on, and when it stops by itself. */
class ResumeTest {
    private static final List<Integer> BLOCKS = List.of(0, 1);
    private static final StopRule RULE = StopRule.ALL;

    private static CausalLm lm;

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        lm = TinyModel.load();
    }

    @AfterAll
    static void close() {
        lm.close();
    }

    /** What stands in for a kill: the process is gone between two windows, or in the middle of one. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Covariance run(Path text, Path checkpoint, Consumer<Reading> progress) {
        return Covariance.resume(lm, text, RULE, BLOCKS, checkpoint, Duration.ZERO, progress);
    }

    @Test
    void shouldGiveTheSameBitsHoweverOftenItIsKilled() {
        Path text = TinyModel.text();
        List<Reading> whole = new ArrayList<>();
        Covariance uninterrupted = run(text, directory.resolve("whole"), whole::add);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path checkpoint = directory.resolve("killed");
        Covariance resumed = null;
        int kills = 0;
        while (resumed == null) {
            int[] left = {random.nextInt(3)};
            try {
                resumed = run(text, checkpoint, reading -> {
                    if (left[0]-- == 0) {
                        throw new Killed();
                    }
                });
            } catch (Killed e) {
                kills++;
            }
            // A kill at the very first window would begin anew for ever; the checkpoint is written before the window is reported.
            assertThat(kills).as("seed " + seed).isLessThanOrEqualTo(whole.size());
        }

        assertThat(kills).as("seed " + seed).isPositive();
        assertThat(resumed.tokens()).isEqualTo(uninterrupted.tokens());
        assertThat(resumed.standardError()).isEqualTo(uninterrupted.standardError());
        assertThat(resumed.mean(0)).isEqualTo(uninterrupted.mean(0));
        assertThat(resumed.mean(1)).isEqualTo(uninterrupted.mean(1));
        assertThat(resumed.digest()).isEqualTo(uninterrupted.digest());
    }

    @Test
    void shouldBeginAnewWhenTheCheckpointIsOfAnotherTextOrDamaged() throws Exception {
        Path text = Files.write(directory.resolve("text.txt"), Files.readAllLines(TinyModel.text()));
        Path checkpoint = directory.resolve("checkpoint");
        long first = stopped(text, checkpoint);
        List<Long> counts = new ArrayList<>();

        Files.writeString(text, Files.readString(text) + "One more document .\n");
        run(text, checkpoint, reading -> counts.add(reading.tokens()));
        assertThat(counts.get(0)).as("another text: from the beginning").isEqualTo(first);

        counts.clear();
        Files.delete(checkpoint);
        stopped(text, checkpoint);
        run(text, checkpoint, reading -> counts.add(reading.tokens()));
        assertThat(counts.get(0)).as("the same text: goes on").isGreaterThan(first);

        counts.clear();
        Files.delete(checkpoint);
        stopped(text, checkpoint);
        byte[] bytes = Files.readAllBytes(checkpoint);
        bytes[bytes.length - 1000] ^= 1;
        Files.write(checkpoint, bytes);
        run(text, checkpoint, reading -> counts.add(reading.tokens()));
        assertThat(counts.get(0)).as("one bit: from the beginning").isEqualTo(first);
    }

    private long stopped(Path text, Path checkpoint) {
        long[] tokens = new long[1];
        assertThatThrownBy(() -> run(text, checkpoint, reading -> {
            tokens[0] = reading.tokens();
            throw new Killed();
        })).isInstanceOf(Killed.class);
        return tokens[0];
    }

    @Test
    void shouldStopWhereTheStandardErrorIsSmallAndNotBeforeTheFloor() {
        List<Reading> readings = new ArrayList<>();
        Covariance whole = run(TinyModel.text(), directory.resolve("whole"), readings::add);
        assertThat(readings).hasSizeGreaterThan(3);
        assertThat(whole.standardError()).isLessThan(readings.get(0).standardError());

        double error = (readings.get(0).standardError() + whole.standardError()) / 2;
        Covariance early = resume(new StopRule(0, Long.MAX_VALUE - 1, error));
        Covariance floored = resume(new StopRule(readings.get(0).tokens() + 1, Long.MAX_VALUE - 1, 1));

        assertThat(early.standardError()).isLessThanOrEqualTo(error);
        assertThat(early.tokens()).isLessThan(whole.tokens());
        assertThat(floored.tokens()).isEqualTo(readings.get(1).tokens());
    }

    private Covariance resume(StopRule rule) {
        return Covariance.resume(lm, TinyModel.text(), rule, BLOCKS, directory.resolve(rule.label()), Duration.ofHours(1), reading -> {});
    }

    @Test
    void shouldSayHowFarItIs() {
        List<Reading> readings = new ArrayList<>();
        run(TinyModel.text(), directory.resolve("whole"), readings::add);

        assertThat(readings).isSortedAccordingTo((one, other) -> Double.compare(one.fraction(), other.fraction()));
        assertThat(readings.get(readings.size() - 1).fraction()).isGreaterThan(0.99);
        assertThat(readings).allSatisfy(reading -> assertThat(reading.standardError()).isBetween(0.0, 1.0));
    }
}
