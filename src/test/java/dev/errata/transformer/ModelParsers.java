package dev.errata.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fuzz.Parser;
import dev.errata.fuzz.Shape;
import dev.errata.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a model directory that are text: config.json, tokenizer.json and what goes with it, the index of shards. */
public final class ModelParsers {
    private static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String NAMES = "tokenizer_config.json";

    private static final String INDEX = "{\"metadata\":{\"total_size\":4},\"weight_map\":{\"h.a\":\"model-1.safetensors\"}}";

    private ModelParsers() {}

    public static List<Parser> all() {
        List<byte[]> configs = Stream.of("gptj", "gpt_neox", "gpt2", "llama").map(model -> original(model, CONFIG)).toList();
        byte[] tokenizer = original("gptj", TOKENIZER);
        return List.of(
                Parser.ofFile("ModelConfig.read", CONFIG, configs, Shape.JSON, file -> {
                    ModelConfig config = ModelConfig.read(file.getParent());
                    assertThat(Math.min(config.keyWidth(), config.headDim())).isPositive();
                }),
                Parser.ofFile("TokenizerFile.parse", TOKENIZER, List.of(tokenizer), Shape.JSON, file -> {
                    Files.write(file.resolveSibling(NAMES), original("gptj", NAMES));
                    tokenizer(Files.readAllBytes(file), file);
                }).withShare(4),
                Parser.ofFile("TokenizerFile.parse tokenizer_config.json", NAMES, List.of(original("gptj", NAMES)), Shape.JSON, file ->
                        tokenizer(tokenizer, file)).withShare(4),
                // Behind it is native code: where that ends the process, its input is left in target/fuzz.
                Parser.ofFile("LmTokenizer.load", TOKENIZER, List.of(tokenizer, original("llama", TOKENIZER)), Shape.JSON, file -> {
                    Files.write(file.resolveSibling(CONFIG), configs.get(0));
                    try (LmTokenizer opened = LmTokenizer.load(file.getParent())) {
                        opened.encode("Hello wörld");
                    }
                }).withShare(2),
                Parser.ofFile("TensorFiles.in", "model.safetensors.index.json", List.of(INDEX.getBytes(StandardCharsets.UTF_8)), Shape.JSON,
                        file -> {
                            SafetensorsWriter shard = new SafetensorsWriter().floats("h.a", new long[] {1}, new float[1]);
                            shard.write(file.resolveSibling("model-1.safetensors"));
                            TensorFiles.in(file.getParent(), "h").floats("h.a", 1);
                        }).withShare(3));
    }

    private static void tokenizer(byte[] tokenizer, Path beside) {
        TokenizerFile file = TokenizerFile.parse(tokenizer, beside);
        assertThat(file.vocabulary()).isPositive();
        file.prependsSpace();
        file.eosId(beside.getParent());
    }

    private static byte[] original(String model, String file) {
        try {
            return Files.readAllBytes(ModelDirectory.original(model).resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
