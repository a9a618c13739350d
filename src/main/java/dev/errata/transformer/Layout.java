package dev.errata.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * An architecture as Hugging Face stores it, for one model: what its config.json says, what its tensors are called, and which parts they
 * make.
 *
 * <p>Everything that differs between architectures is said in their layouts; the parts know nothing of names and files.
 *
 * <h2>Limits</h2> A setting that changes what a model computes is honoured or refused, never passed over.
 *
 * <h2>Thread safety</h2> Immutable.
 */
sealed interface Layout permits GptJLayout, NeoXLayout, Gpt2Layout, LlamaLayout {
    /** How config.json is read, by the class name in it. */
    Map<String, Function<JsonFile, Layout>> KNOWN = Map.of(
            GptJLayout.ARCHITECTURE, GptJLayout::read,
            NeoXLayout.ARCHITECTURE, NeoXLayout::read,
            Gpt2Layout.ARCHITECTURE, Gpt2Layout::read,
            LlamaLayout.LLAMA, LlamaLayout::llama,
            LlamaLayout.MISTRAL, LlamaLayout::mistral,
            LlamaLayout.QWEN2, LlamaLayout::qwen2);

    /** The sizes. */
    ModelConfig config();

    /** What the modules are called. */
    ModuleNames names();

    /** How attention is told of positions, if by rotation. */
    Optional<Rotary> rotary(NDManager manager);

    /** One block of the decoder. */
    Block block(int block, Optional<Rotary> rotary, Weights weights);

    /** One of the norms before attention, an MLP or the head. */
    default Norm norm(String module, Weights weights) {
        return weights.layerNorm(module, config().width(), config().eps());
    }

    /** A vector for each position that is added to the embedding, if there is one. */
    default Optional<Table> places(Weights weights) {
        return Optional.empty();
    }

    /** Whether the head adds a bias. */
    default boolean headBias() {
        return false;
    }

    /** Whether the second matrix of an MLP is stored (d_k, d) instead of (d, d_k). */
    default boolean transposed() {
        return false;
    }

    /** The second matrix of a block's MLP. */
    default String editedTensor(int block) {
        return names().memory(block) + ".weight";
    }

    /** Takes every tensor that the forward pass needs. */
    default Transformer assemble(Weights weights) {
        ModelConfig config = config();
        ModuleNames names = names();
        long d = config.width();
        long vocabulary = config.vocabulary();
        Optional<Rotary> rotary = rotary(weights.manager());
        NDArray tokens = weights.take(names.tokens() + ".weight", vocabulary, d);
        NDArray head = config.tiedHead() ? tokens : weights.take(names.head() + ".weight", vocabulary, d);
        return new Transformer(
                new Table(tokens),
                places(weights),
                rotary,
                IntStream.range(0, config.blocks()).mapToObj(block -> block(block, rotary, weights)).toList(),
                norm(names.norm(), weights),
                new Affine(head, headBias() ? weights.take(names.head() + ".bias", vocabulary) : null));
    }

    /**
     * The layout that config.json asks for.
     *
     * @throws ErrataException {@link Failure#MODEL_ARCHITECTURE_UNKNOWN}, {@link Failure#MODEL_CONFIG_INVALID}
     */
    static Layout read(Path directory) {
        JsonFile config = JsonFile.read(directory.resolve("config.json"), Failure.MODEL_CONFIG_INVALID);
        if (config.get("architectures").size() != 1 || !config.get("architectures").path(0).isTextual()) {
            throw config.invalid("architectures", "a list of one class name");
        }
        String architecture = config.get("architectures").path(0).textValue();
        Function<JsonFile, Layout> reader = KNOWN.get(architecture);
        if (reader == null) {
            throw new ErrataException(
                    Failure.MODEL_ARCHITECTURE_UNKNOWN,
                    config.file() + ": architecture: \"" + architecture + "\" (expected: one of " + new TreeMap<>(KNOWN).keySet() + ")");
        }
        return reader.apply(config);
    }
}
