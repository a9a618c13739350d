package dev.errata.experiment;

import dev.errata.memit.SolveTrial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * {@code errata bench solve}: one edited block at a model's true sizes, synthetic keys and covariance; Errata's incremental solve against
 * the reference's, a dense LU of {@code λC + K Kᵀ} in fp64 for every batch ({@code torch.linalg.solve}). Both on the CPU with all of its
 * cores. Not counted on either side: forming ΔW, which is a product of thin matrices in both.
 *
 * <h2>Thread safety</h2> Stateless.
 */
public final class SolveBench {
    private static final long MATRIX = 8;
    private static final long SEED = 11;
    private static final Path STATUS = Path.of("/proc/self/status");

    private SolveBench() {}

    /**
     * What to measure.
     *
     * @param width d
     * @param keyWidth d_k
     * @param live pairs that are there before each batch
     * @param facts u: sizes of batches
     * @param factorise whether the one factorisation is measured too; minutes at d_k = 16,384
     */
    public record Sizes(int width, int keyWidth, int live, List<Integer> facts, boolean factorise) {
        public Sizes {
            facts = List.copyOf(facts);
        }

        /** GPT-J's, with 1,000 live pairs. */
        public static Sizes gptJ() {
            return new Sizes(4096, 16384, 1000, List.of(1, 100, 1000), false);
        }
    }

    /**
     * One batch size.
     *
     * @param facts u
     * @param incrementalSeconds of Errata's solve, after the one factorisation
     * @param denseSeconds of the reference's
     * @param ratio dense to incremental
     * @param difference relative, of what both changes give for the batch's keys
     * @param incrementalBytes what the incremental solver keeps and makes: P₀, and keys and images of live and new pairs
     * @param denseBytes what the dense solve keeps and makes: C, the matrix and its LU, keys and solution
     * @param residentBytes the process's largest resident size until then, where the system tells it
     * @param factoriseSeconds of the one factorisation, if it was asked for
     */
    public record Row(
            int facts,
            double incrementalSeconds,
            double denseSeconds,
            double ratio,
            double difference,
            long incrementalBytes,
            long denseBytes,
            OptionalLong residentBytes,
            OptionalDouble factoriseSeconds) {}

    /** Measures each batch size once, after a warm-up with one fact. */
    public static List<Row> run(Sizes sizes) {
        DenseSolve dense = new DenseSolve();
        warmUp(dense);
        List<Row> rows = new ArrayList<>();
        try (SolveTrial trial = new SolveTrial(sizes.width(), sizes.keyWidth(), sizes.live(), SEED, dense::solve)) {
            OptionalDouble factorise = sizes.factorise() ? OptionalDouble.of(trial.factoriseSeconds()) : OptionalDouble.empty();
            for (int facts : sizes.facts()) {
                SolveTrial.Times times = trial.run(facts);
                rows.add(row(sizes, facts, times, factorise));
            }
        }
        return rows;
    }

    /** Loads the engine's kernels and compiles ours, at a size that costs nothing. */
    private static void warmUp(DenseSolve dense) {
        try (SolveTrial small = new SolveTrial(64, 512, 100, SEED, dense::solve)) {
            for (int i = 0; i < 20; i++) {
                small.run(10);
            }
        }
    }

    private static Row row(Sizes sizes, int facts, SolveTrial.Times times, OptionalDouble factorise) {
        long square = MATRIX * sizes.keyWidth() * sizes.keyWidth();
        long pairs = sizes.live() + facts;
        return new Row(
                facts,
                times.incrementalSeconds(),
                times.denseSeconds(),
                times.denseSeconds() / times.incrementalSeconds(),
                times.difference(),
                square + MATRIX * pairs * (2L * sizes.keyWidth() + sizes.width()) + MATRIX * pairs * pairs / 2,
                3 * square + 2 * MATRIX * pairs * sizes.keyWidth(),
                resident(),
                factorise);
    }

    private static OptionalLong resident() {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
