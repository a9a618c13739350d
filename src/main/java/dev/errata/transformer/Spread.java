package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * The plain way into the blocks above the change: all states that the change can reach, with the changed ones among them. For rows that
 * are read at once or behind one block, where {@link FirstStage} has nothing to spare.
 */
record Spread(List<Bundle> bundles, Packing packing) {

    /** @param below the block below the change */
    static Spread of(List<Bundle> bundles, int below) {
        return new Spread(bundles, Packing.leaving(bundles, below));
    }

    /**
     * @param changed the changed states, (rows, d)
     * @return what enters the first block, or is read where there is none, (positions, d)
     */
    Traced traced(NDArray changed) {
        NDManager manager = changed.getManager();
        NDList parts = new NDList();
        try (NDManager inner = manager.newSubManager()) {
            NDList rows = Packing.changed(bundles).parts(changed, inner);
            for (int b = 0; b < bundles.size(); b++) {
                NDArray part = Views.between(bundles.get(b).ends(), 1, packing.from()[b], packing.to()[b], inner).duplicate();
                if (packing.from()[b] == 0) {
                    Views.write(Views.between(part, 1, 0, 1, inner), rows.get(b).expandDims(1));
                }
                parts.add(part.reshape(packing.size(b), -1));
            }
            NDArray value = NDArrays.concat(parts);
            value.attach(manager);
            return new Traced(value, this::back);
        }
    }

    private NDArray back(NDArray gradient) {
        NDManager manager = gradient.getManager();
        try (NDManager inner = manager.newSubManager()) {
            NDList parts = packing.parts(gradient, inner);
            NDList rows = new NDList();
            for (int b = 0; b < bundles.size(); b++) {
                int count = bundles.get(b).rows();
                NDArray part = parts.get(b).reshape(count, packing.width(b), -1);
                rows.add(packing.from()[b] == 0
                        ? Views.between(part, 1, 0, 1, inner).squeeze(1)
                        : inner.zeros(new Shape(count, part.getShape().get(2))));
            }
            NDArray result = NDArrays.concat(rows);
            result.attach(manager);
            return result;
        }
    }
}
