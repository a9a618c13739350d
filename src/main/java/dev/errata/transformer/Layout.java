package dev.errata.transformer;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An architecture as Hugging Face stores it: how its config.json reads, what its tensors are called, and which parts they make.
 *
 * <p>Everything that differs between architectures is said in their layouts; the parts know nothing of names and files.
 */
sealed interface Layout permits GptJLayout {
    /** The layouts there are, by the class name in config.json. */
    Map<String, Layout> KNOWN = Map.of(GptJLayout.ARCHITECTURE, new GptJLayout());

    /** The sizes in config.json; {@link Failure#MODEL_CONFIG_INVALID}. */
    ModelConfig config(JsonFile file);

    /** Takes every tensor that the forward pass needs. */
    Transformer assemble(ModelConfig config, Weights weights);

    /** The second matrix of a block's MLP. */
    String editedTensor(int block);

    /** Whether that matrix is stored (d_k, d) instead of (d, d_k). */
    boolean transposed();

    /**
     * The layout that config.json asks for.
     *
     * @throws ErrataException {@link Failure#MODEL_ARCHITECTURE_UNKNOWN}
     */
    static Layout of(JsonFile config) {
        String architecture = architecture(config);
        Layout layout = KNOWN.get(architecture);
        if (layout == null) {
            throw new ErrataException(
                    Failure.MODEL_ARCHITECTURE_UNKNOWN,
                    config.file() + ": architecture: \"" + architecture + "\" (expected: one of " + new TreeMap<>(KNOWN).keySet() + ")");
        }
        return layout;
    }

    /** The class name in config.json. */
    static String architecture(JsonFile config) {
        if (config.get("architectures").size() != 1 || !config.get("architectures").path(0).isTextual()) {
            throw config.invalid("architectures", "a list of one class name");
        }
        return config.get("architectures").path(0).textValue();
    }

    /** config.json of a model directory. */
    static JsonFile configFile(Path directory) {
        return JsonFile.read(directory.resolve("config.json"), Failure.MODEL_CONFIG_INVALID);
    }
}
