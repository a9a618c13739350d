package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Where some bundles are read and others go on: the likelihood may be scored behind an earlier block than the divergence.
 *
 * @param packing what left the block before
 * @param block the block that the others enter
 */
record Parting(Packing packing, int block) {

    /**
     * @param x of all bundles, (positions, d)
     * @param rest what becomes of those that go on
     * @return what is read of all, in the order of bundles
     */
    Traced traced(NDArray x, Function<NDArray, Traced> rest) {
        boolean[] goesOn = new boolean[packing.bundles().size()];
        int[] read = new int[goesOn.length];
        for (int b = 0; b < goesOn.length; b++) {
            goesOn[b] = packing.bundles().get(b).until() >= block;
            read[b] = packing.bundles().get(b).rows() * packing.bundles().get(b).scored();
        }
        int[] sizes = IntStream.range(0, goesOn.length).map(packing::size).toArray();
        Traced others = rest.apply(some(x, sizes, goesOn));
        NDArray value = merged(x, sizes, others.value(), read, goesOn);
        return new Traced(value, gradient -> {
            try (NDArray in = some(gradient, read, goesOn);
                    NDArray inOthers = others.back().apply(in)) {
                return merged(gradient, read, inOthers, sizes, goesOn);
            }
        });
    }

    /** The parts of those that go on. */
    private static NDArray some(NDArray all, int[] sizes, boolean[] goesOn) {
        NDManager manager = all.getManager();
        try (NDManager inner = manager.newSubManager()) {
            NDList some = new NDList();
            int at = 0;
            for (int b = 0; b < sizes.length; b++) {
                if (goesOn[b]) {
                    some.add(Views.between(all, 0, at, at + sizes[b], inner));
                }
                at += sizes[b];
            }
            NDArray joined = NDArrays.concat(some);
            joined.attach(manager);
            return joined;
        }
    }

    /** {@code all}, with the parts of those that go on taken from {@code others}. */
    private static NDArray merged(NDArray all, int[] sizes, NDArray others, int[] otherSizes, boolean[] goesOn) {
        NDManager manager = all.getManager();
        try (NDManager inner = manager.newSubManager()) {
            NDList parts = new NDList();
            int at = 0;
            int other = 0;
            for (int b = 0; b < sizes.length; b++) {
                parts.add(goesOn[b]
                        ? Views.between(others, 0, other, other + otherSizes[b], inner)
                        : Views.between(all, 0, at, at + sizes[b], inner));
                at += sizes[b];
                other += goesOn[b] ? otherSizes[b] : 0;
            }
            NDArray joined = NDArrays.concat(parts);
            joined.attach(manager);
            return joined;
        }
    }
}
