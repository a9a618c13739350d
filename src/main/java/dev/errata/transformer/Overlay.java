package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Edited tensors that stand in for base ones during a forward pass: one version of the model. The base weights are never touched, so many
 * versions can be asked at the same time, and going from one to another costs nothing.
 *
 * <h2>Thread safety</h2> Immutable. It owns its arrays on the device: close it when no forward pass uses it any more.
 */
public final class Overlay implements AutoCloseable {
    /** The base model as it is. Closing it does nothing. */
    public static final Overlay NONE = new Overlay(Map.of(), null);

    private final Map<Integer, NDArray> weights;
    private final NDManager manager;

    private Overlay(Map<Integer, NDArray> weights, NDManager manager) {
        this.weights = Map.copyOf(weights);
        this.manager = manager;
    }

    /**
     * Copies edited tensors to the model's device.
     *
     * @param values by block, the whole tensor in the model's own layout, as {@link CausalLm#tensor} gives it
     * @throws ErrataException {@link Failure#TENSOR_SHAPE_MISMATCH} for a tensor of another size or a block that does not exist
     */
    public static Overlay of(CausalLm model, Map<Integer, float[]> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        NDManager manager = model.manager().newSubManager();
        try {
            Map<Integer, NDArray> weights = new HashMap<>();
            values.forEach((block, tensor) -> weights.put(block, upload(model, block, tensor, manager)));
            return new Overlay(weights, manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static NDArray upload(CausalLm model, int block, float[] tensor, NDManager manager) {
        ModelConfig config = model.config();
        long size = (long) config.width() * config.keyWidth();
        if (block < 0 || block >= config.blocks() || tensor.length != size) {
            throw new ErrataException(
                    Failure.TENSOR_SHAPE_MISMATCH,
                    "block " + block + ": " + tensor.length + " values (expected: " + size + ", in a block below " + config.blocks() + ")");
        }
        return model.transposed()
                ? transpose(Upload.floats(manager, tensor, config.keyWidth(), config.width()))
                : Upload.floats(manager, tensor, config.width(), config.keyWidth());
    }

    private static NDArray transpose(NDArray stored) {
        try (stored;
                NDArray view = stored.transpose()) {
            return view.duplicate();
        }
    }

    /** The edited weight of a block, (d, d_k), if it has one. */
    public Optional<NDArray> weight(int block) {
        return Optional.ofNullable(weights.get(block));
    }

    /** The blocks with an edited tensor. */
    public Set<Integer> blocks() {
        return weights.keySet();
    }

    @Override
    public void close() {
        if (manager != null) {
            manager.close();
        }
    }
}
