package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the tensors of a layout out of their files, as fp32 arrays on the model's device, and keeps account of what was taken.
 *
 * <h2>Thread safety</h2> One thread.
 */
final class Weights {
    private final TensorFiles files;
    private final NDManager manager;
    private final ModelDigest digest = new ModelDigest();

    Weights(TensorFiles files, NDManager manager) {
        this.files = files;
        this.manager = manager;
    }

    /** One tensor of this shape. */
    NDArray take(String name, long... shape) {
        return Upload.floats(manager, List.of(read(name, shape)), shape);
    }

    /** Several matrices (rows, columns) one above the other, for one product instead of several. */
    NDArray stacked(List<String> names, long rows, long columns) {
        List<float[]> parts = new ArrayList<>();
        for (String name : names) {
            parts.add(read(name, rows, columns));
        }
        return Upload.floats(manager, parts, names.size() * rows, columns);
    }

    NDManager manager() {
        return manager;
    }

    /** The digest of everything that was taken, and of the tokenizer. */
    String digest(byte[] tokenizer) {
        return digest.finish(tokenizer);
    }

    private float[] read(String name, long... shape) {
        float[] values = files.floats(name, shape);
        digest.add(name, shape, values);
        return values;
    }
}
