package dev.errata.memit;

import dev.errata.delta.EditedTensor;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Between a model's blocks, which compute, and its edited tensors, which are named, hashed and published. Stateless. */
public final class EditedTensors {
    private EditedTensors() {}

    /** The tensors of these blocks as the base model has them, by name. */
    public static SortedMap<String, EditedTensor> base(CausalLm lm, Collection<Integer> blocks) {
        SortedMap<String, EditedTensor> base = new TreeMap<>();
        for (int block : blocks) {
            String name = lm.tensorName(block);
            base.put(name, new EditedTensor(name, lm.transposed(), lm.config().width(), lm.config().keyWidth(), lm.tensor(block)));
        }
        return Collections.unmodifiableSortedMap(base);
    }

    /**
     * Puts edited tensors in the place of the base's on the model's device.
     *
     * @throws ErrataException TENSOR_MISSING for a name that is no block's edited tensor
     */
    public static Overlay overlay(CausalLm lm, Map<String, EditedTensor> tensors) {
        Map<String, Integer> blocks = new HashMap<>();
        for (int block = 0; block < lm.config().blocks(); block++) {
            blocks.put(lm.tensorName(block), block);
        }
        Map<Integer, float[]> values = new HashMap<>();
        tensors.forEach((name, tensor) -> {
            Integer block = blocks.get(name);
            if (block == null) {
                throw new ErrataException(Failure.TENSOR_MISSING, "edited tensor: " + name + " (expected: one of " + blocks.keySet() + ")");
            }
            values.put(block, tensor.values());
        });
        return Overlay.of(lm, values);
    }
}
