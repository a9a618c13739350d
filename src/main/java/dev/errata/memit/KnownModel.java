package dev.errata.memit;

import dev.errata.transformer.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A model for which hyper-parameters were published, so that nobody has to bring them (method.md §9). A model is known by its
 * architecture and sizes alone: what was trained further from it is edited in the same layers.
 *
 * <h2>Thread safety</h2> Immutable.
 *
 * @param name as people call it
 * @param modelType {@code model_type} in config.json
 * @param file its hyper-parameters among the resources; their {@code source} says where they are from
 */
public record KnownModel(String name, String modelType, int blocks, int width, int vocabulary, String file) {
    private static final List<KnownModel> ALL = List.of(
            new KnownModel("GPT-2 medium", "gpt2", 24, 1024, 50257, "gpt2-medium"),
            new KnownModel("GPT-2 large", "gpt2", 36, 1280, 50257, "gpt2-large"),
            new KnownModel("GPT-2 XL", "gpt2", 48, 1600, 50257, "gpt2-xl"),
            new KnownModel("GPT-J 6B", "gptj", 28, 4096, 50400, "EleutherAI_gpt-j-6B"),
            new KnownModel("GPT-NeoX 20B", "gpt_neox", 44, 6144, 50432, "EleutherAI_gpt-neox-20b"),
            new KnownModel("Llama 2 7B", "llama", 32, 4096, 32000, "llama-2-7b"),
            new KnownModel("Llama 3 8B", "llama", 32, 4096, 128256, "llama-3-8b"),
            new KnownModel("Llama 3.2 3B", "llama", 28, 3072, 128256, "llama-3.2-3b"),
            new KnownModel("Mistral 7B", "mistral", 32, 4096, 32000, "mistral-7b"),
            new KnownModel("Mistral 7B v0.3", "mistral", 32, 4096, 32768, "mistral-7b"),
            new KnownModel("Qwen2 7B, Qwen2.5 7B", "qwen2", 28, 3584, 152064, "qwen2-7b"));

    /** Every known model. */
    public static List<KnownModel> all() {
        return ALL;
    }

    /** The model of this architecture and these sizes, if it is known. */
    public static Optional<KnownModel> of(ModelConfig config) {
        return ALL.stream()
                .filter(known -> known.modelType.equals(config.modelType())
                        && known.blocks == config.blocks()
                        && known.width == config.width()
                        && known.vocabulary == config.vocabulary())
                .findFirst();
    }

    /** Its hyper-parameters in the reference's JSON: see {@link HyperParameters#parse}. */
    public String hyperParameters() {
        String resource = "/hparams/" + file + ".json";
        try (InputStream in = KnownModel.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + ": cannot be read", e);
        }
    }
}
