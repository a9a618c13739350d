package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Takes the tensors of a layout out of their files, as fp32 arrays on the model's device, and keeps account of what was taken.
 *
 * <p>A module is what PyTorch calls one: tensors with a name in common.
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
        float[] values = files.floats(name, shape);
        digest.add(name, shape, values);
        return Upload.floats(manager, values, shape);
    }

    /** A module whose weight is stored (out, in). */
    Affine linear(String module, long out, long in, boolean bias) {
        return new Affine(take(module + ".weight", out, in), bias ? take(module + ".bias", out) : null);
    }

    /** A module whose weight is stored (in, out), as GPT-2's Conv1D does; with bias. */
    Affine conv1d(String module, long out, long in) {
        try (NDArray stored = take(module + ".weight", in, out)) {
            return new Affine(stored.transpose(), take(module + ".bias", out));
        }
    }

    /** A layer norm over vectors of this size. */
    Norm layerNorm(String module, long width, float eps) {
        return new Norm.Layer(take(module + ".weight", width), take(module + ".bias", width), eps);
    }

    /** An RMS norm over vectors of this size. */
    Norm rmsNorm(String module, long width, float eps) {
        return new Norm.Rms(take(module + ".weight", width), eps);
    }

    NDManager manager() {
        return manager;
    }

    /** The digest of everything that was taken, and of the tokenizer. */
    String digest(byte[] tokenizer) {
        return digest.finish(tokenizer);
    }
}
