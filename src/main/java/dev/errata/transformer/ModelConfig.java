package dev.errata.transformer;

import static java.util.Objects.requireNonNull;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.file.Path;

/**
 * The sizes of a model, whatever its config.json calls them.
 *
 * @param architecture the class name in config.json, such as {@code GPTJForCausalLM}
 * @param modelType {@code model_type} in config.json, such as {@code gptj}
 * @param blocks transformer blocks, numbered from 0
 * @param width d: size of the residual stream
 * @param keyWidth d_k: size of a key, the input of an MLP's second matrix
 * @param vocabulary rows of the embedding; token ids are below it
 * @param positions tokens that a row may have
 * @param heads attention heads
 * @param keyHeads heads of keys and values, each shared by as many query heads
 * @param headDim size of one head
 * @param rotaryDim how much of a head is rotated by position; even, 0 for none
 * @param eps what norms add under the root
 * @param activation the MLP's
 * @param tiedHead the head is the embedding again
 */
public record ModelConfig(
        String architecture,
        String modelType,
        int blocks,
        int width,
        int keyWidth,
        int vocabulary,
        int positions,
        int heads,
        int keyHeads,
        int headDim,
        int rotaryDim,
        float eps,
        Activation activation,
        boolean tiedHead) {
    public ModelConfig {
        requireNonNull(architecture, "architecture");
        requireNonNull(modelType, "modelType");
        requireNonNull(activation, "activation");
    }

    /**
     * Reads config.json of a model directory without its weights.
     *
     * @throws ErrataException {@link Failure#MODEL_CONFIG_INVALID}, {@link Failure#MODEL_ARCHITECTURE_UNKNOWN}
     */
    public static ModelConfig read(Path directory) {
        return Layout.read(directory).config();
    }
}
