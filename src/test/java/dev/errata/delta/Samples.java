package dev.errata.delta;

import dev.errata.fact.FactKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Deltas, pairs and tensors out of a seed; among their numbers are -0.0, subnormals and large ones. */
final class Samples {
    private final RandomGenerator random;

    Samples(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    int number(int min, int max) {
        return random.nextInt(min, max + 1);
    }

    float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (random.nextInt(20)) {
                case 0 -> -0.0f;
                case 1 -> Float.MIN_VALUE * random.nextInt(100);
                case 2 -> 0x1p60f * random.nextFloat(-1, 1);
                default -> (float) random.nextGaussian() * 0.02f;
            };
        }
        return values;
    }

    /**
     * Each is ±2⁻²⁰, ±1 or ±2²⁰. Sums of their products lose small terms to large ones that cancel later, so they come out otherwise when
     * added in another order; sums of ordinary numbers differ in the last bits of fp64 only, which the rounding to fp32 hides.
     */
    float[] powers(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.scalb(random.nextBoolean() ? 1f : -1f, 20 * random.nextInt(-1, 2));
        }
        return values;
    }

    double[] doubles(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(20) == 0 ? -0.0 : random.nextGaussian();
        }
        return values;
    }

    LowRank lowRank(String tensor, int out, int in, int rank) {
        return new LowRank(tensor, out, in, rank, floats(out * rank), floats(rank * in));
    }

    /** Low-rank, or one time in three dense. */
    TensorChange change(String tensor, int out, int in, int rank) {
        return number(0, 2) == 0 ? new DenseChange(tensor, out, in, floats(out * in)) : lowRank(tensor, out, in, rank);
    }

    /** The same change but for one number. */
    static TensorChange altered(TensorChange change) {
        if (change instanceof LowRank factor) {
            float[] b = factor.b().clone();
            b[0] = b[0] > 0 ? -0x1p60f : 0x1p60f;
            return new LowRank(factor.tensor(), factor.out(), factor.in(), factor.rank(), b, factor.a());
        }
        float[] values = ((DenseChange) change).values().clone();
        values[0] = values[0] > 0 ? -0x1p60f : 0x1p60f;
        return new DenseChange(change.tensor(), change.out(), change.in(), values);
    }

    Delta delta() {
        List<TensorChange> factors = new ArrayList<>();
        for (String module : List.of("h", "h.1.mlp.fc_out", "h.10.mlp.fc_out", "h.2.mlp.fc_out").subList(0, number(1, 4))) {
            factors.add(change(module + ".weight", number(1, 5), number(1, 6), number(1, 4)));
        }
        factors.sort((one, other) -> one.tensor().compareTo(other.tensor()));
        return new Delta(factors);
    }

    Pairs pairs() {
        List<List<FactKey>> facts = new ArrayList<>();
        for (int i = number(0, 4); i > 0; i--) {
            List<FactKey> shared = new ArrayList<>();
            for (int j = number(1, 2); j > 0; j--) {
                shared.add(new FactKey("\"Zürich\" \\ 東京 \uD83D\uDE00 \n " + i, "P" + j));
            }
            facts.add(shared);
        }
        SortedMap<Integer, Pairs.Block> blocks = new TreeMap<>();
        for (int block : List.of(3, 4, 12).subList(0, number(1, 3))) {
            int keyWidth = number(1, 5);
            int width = number(1, 4);
            blocks.put(block, new Pairs.Block(keyWidth, width, doubles(facts.size() * keyWidth), doubles(facts.size() * width)));
        }
        return new Pairs(facts, blocks);
    }

    EditedTensor tensor(String name, boolean transposed, int out, int in) {
        return new EditedTensor(name, transposed, out, in, floats(out * in));
    }
}
