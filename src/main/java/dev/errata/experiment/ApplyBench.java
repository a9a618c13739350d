package dev.errata.experiment;

import dev.errata.delta.CanonicalApply;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LowRank;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;

/**
 * Canonical apply of one low-rank change of rank n to one edited tensor, at the sizes of the bundled model and of GPT-J; random numbers.
 * Beside it a copy of the same array and its SHA-256, which every version costs as well.
 *
 * <p>{@code more}, for each shape: GFLOP/s (2·d·d_k·n of them, accumulated in fp64) on one core and on all, and GB/s, which counts each
 * element as read once and written once, as a copy does; so GB/s beside the copy's says how far the product is from costing nothing.
 *
 * <h2>Limits</h2> The best of {@value #TRIALS} trials counts. <h2>Thread safety</h2> One in a process at a time.
 */
public final class ApplyBench implements Bench {
    private static final int TRIALS = 5;
    /** A trial goes on for so long. */
    private static final double TRIAL_SECONDS = 0.3;
    private static final double GIGA = 1e9;
    private static final int SEED = 1;
    private static final String TENSOR = "t.weight";
    private static final Map<String, int[]> SHAPES = new LinkedHashMap<>();

    static {
        SHAPES.put("bundled", new int[] {256, 1_024});
        SHAPES.put("gptj", new int[] {4_096, 16_384});
    }

    @Override
    public String name() {
        return "apply";
    }

    @Override
    public String measures() {
        return "canonical apply of a change of rank n to one tensor, beside a copy of the tensor";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1, 16, 64, 128);
    }

    @Override
    public String model(BenchContext context) {
        return "tensors of 256 x 1024 (bundled) and 4096 x 16384 (GPT-J)";
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        for (int rank : sizes) {
            context.say().accept("rank " + rank);
            Map<String, Double> more = new LinkedHashMap<>();
            SHAPES.forEach((shape, size) -> new Trial(size[0], size[1], rank).measure(shape, more));
            double seconds = more.remove("bundled_seconds");
            more.remove("gptj_seconds");
            rows.accept(new BenchRow(rank, rank / seconds, OptionalDouble.empty(), Map.of("apply", seconds), more));
        }
    }

    private static final class Trial {
        private final EditedTensor tensor;
        private final LowRank change;

        Trial(int out, int in, int rank) {
            Random random = new Random(SEED);
            tensor = new EditedTensor(TENSOR, false, out, in, floats(random, out * in, 1));
            // So small that the tensor stays what it is, however often it is applied.
            change = new LowRank(TENSOR, out, in, rank, floats(random, out * rank, 1e-6f), floats(random, rank * in, 1e-6f));
        }

        private static float[] floats(Random random, int count, float scale) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = scale * (float) random.nextGaussian();
            }
            return values;
        }

        void measure(String shape, Map<String, Double> more) {
            Runnable apply = () -> CanonicalApply.applyInPlace(tensor, change);
            float[] copy = new float[tensor.values().length];
            double one = onOneCore(apply);
            double all = best(apply);
            double flops = 2.0 * tensor.values().length * change.rank();
            double bytes = 2.0 * Float.BYTES * tensor.values().length;
            more.put(shape + "_gflops_on_a_core", flops / one / GIGA);
            more.put(shape + "_gflops_on_all", flops / all / GIGA);
            more.put(shape + "_gb_per_second_on_a_core", bytes / one / GIGA);
            more.put(shape + "_gb_per_second_on_all", bytes / all / GIGA);
            double copied = best(() -> System.arraycopy(tensor.values(), 0, copy, 0, copy.length));
            more.put(shape + "_copy_gb_per_second_on_a_core", bytes / copied / GIGA);
            more.put(shape + "_sha256_gb_per_second_on_a_core", bytes / 2 / best(tensor::digest) / GIGA);
            more.put(shape + "_seconds", all);
        }

        private static double onOneCore(Runnable work) {
            ForkJoinPool pool = new ForkJoinPool(1);
            try {
                return pool.submit(() -> best(work)).join();
            } finally {
                pool.shutdown();
            }
        }

        /** Seconds of one run, in the best of some trials; the first is a warm-up. */
        private static double best(Runnable work) {
            double best = Double.MAX_VALUE;
            trial(work);
            for (int i = 0; i < TRIALS; i++) {
                best = Math.min(best, trial(work));
            }
            return best;
        }

        private static double trial(Runnable work) {
            long start = System.nanoTime();
            int runs = 0;
            double seconds;
            do {
                work.run();
                runs++;
                seconds = (System.nanoTime() - start) / GIGA;
            } while (seconds < TRIAL_SECONDS);
            return seconds / runs;
        }
    }
}
