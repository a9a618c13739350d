package dev.errata.experiment;

import dev.errata.memit.SolveTrial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * One edited block at a model's true sizes, synthetic keys and covariance; Errata's incremental solve against the reference's, a dense LU
 * of {@code λC + K Kᵀ} in fp64 for every batch ({@code torch.linalg.solve}). Both on the CPU with all of its cores, each once for a batch
 * size after a warm-up. Not counted on either side: forming ΔW, which is a product of thin matrices in both.
 *
 * <p>{@code more}: {@code difference}, relative, of what both changes give for the batch's keys; {@code kept_mib}, what the incremental
 * solver keeps and makes: P₀, and keys and images of live and new pairs; {@code reference_way_mib}, what the dense solve does: C, the
 * matrix and its LU, keys and solution; {@code peak_rss_mib} of the process until then.
 *
 * <h2>Limits</h2> Four d_k x d_k matrices, 8 GiB at d_k = 16,384, and more than a minute for each dense solve there.
 * <h2>Thread safety</h2> One thread.
 */
public final class SolveBench implements Bench {
    private static final long DOUBLE = 8;
    private static final double MIB = 1 << 20;
    private static final long SEED = 11;
    private static final int WARM_UP = 20;

    private final Block block;

    /** @param block what is solved for */
    public SolveBench(Block block) {
        this.block = block;
    }

    /**
     * One edited block.
     *
     * @param width d
     * @param keyWidth d_k
     * @param live pairs that are there before each batch
     * @param factorise whether the one factorisation is measured too; minutes at d_k = 16,384
     */
    public record Block(int width, int keyWidth, int live, boolean factorise) {
        public Block {
            if (width < 1 || keyWidth < 1 || live < 0) {
                throw new IllegalArgumentException(
                        "block: " + width + " x " + keyWidth + ", " + live + " live (expected: sizes of 1 or more, 0 or more live)");
            }
        }
    }

    @Override
    public String name() {
        return "solve";
    }

    @Override
    public String measures() {
        return "one block's solve for a batch of n facts after the one factorisation, beside the reference's dense LU; synthetic keys";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1, 100, 1_000);
    }

    @Override
    public String model(BenchContext context) {
        return "one block of d " + block.width() + ", d_k " + block.keyWidth() + ", " + block.live() + " live pairs, on the CPU";
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        DenseSolve dense = new DenseSolve();
        warmUp(dense);
        context.say().accept("making a block of d_k " + block.keyWidth());
        try (SolveTrial trial = new SolveTrial(block.width(), block.keyWidth(), block.live(), SEED, dense::solve)) {
            OptionalDouble factorise = block.factorise() ? OptionalDouble.of(trial.factoriseSeconds()) : OptionalDouble.empty();
            for (int facts : sizes) {
                context.say().accept("n = " + facts);
                rows.accept(row(facts, trial.run(facts), factorise));
            }
        }
    }

    /** Loads the engine's kernels and compiles ours, at a size that costs nothing. */
    private static void warmUp(DenseSolve dense) {
        try (SolveTrial small = new SolveTrial(64, 512, 100, SEED, dense::solve)) {
            for (int i = 0; i < WARM_UP; i++) {
                small.run(10);
            }
        }
    }

    private BenchRow row(int facts, SolveTrial.Times times, OptionalDouble factorise) {
        double square = DOUBLE * (double) block.keyWidth() * block.keyWidth();
        double pairs = block.live() + facts;
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("reference_way_solve_seconds", times.denseSeconds());
        factorise.ifPresent(seconds -> more.put("factorise_seconds", seconds));
        more.put("difference", times.difference());
        more.put("kept_mib", (square + DOUBLE * pairs * (2.0 * block.keyWidth() + block.width()) + DOUBLE * pairs * pairs / 2) / MIB);
        more.put("reference_way_mib", (3 * square + 2 * DOUBLE * pairs * block.keyWidth()) / MIB);
        Machine.peak().ifPresent(bytes -> more.put("peak_rss_mib", bytes / MIB));
        return new BenchRow(
                facts,
                facts / times.incrementalSeconds(),
                OptionalDouble.of(facts / times.denseSeconds()),
                Map.of("solve", times.incrementalSeconds()),
                more);
    }
}
