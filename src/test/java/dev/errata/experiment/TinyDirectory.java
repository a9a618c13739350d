package dev.errata.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.worker.Settings;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A random model of the recordings as a directory of its own, with what editing it needs beside it. */
public final class TinyDirectory {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TinyDirectory() {}

    /** A copy with hyper-parameters, contexts, a short covariance text and a fixed text. */
    public static Path in(Path parent) throws IOException {
        return in(parent.resolve("tiny"), "gptj");
    }

    /** Another layout: gptj, gpt_neox, gpt2 or llama. */
    public static Path in(Path place, String layout) throws IOException {
        Path model = Files.createDirectories(place);
        try (Stream<Path> files = Files.list(resource("/oracle/" + layout + "/model"))) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName().toString()));
            }
        }
        JsonNode memit = JSON.readTree(resource("/oracle/" + layout + "/memit/memit.json").toFile());
        Files.writeString(model.resolve("hparams.json"), memit.get("hparams").toString());
        Files.writeString(model.resolve("contexts.json"), memit.get("context_templates").toString());
        List<String> documents = Files.readAllLines(resource("/oracle/covariance.txt"));
        Files.write(model.resolve("covariance.txt"), documents.subList(0, 30));
        Files.write(model.resolve("wiki_heldout.txt"), documents.subList(30, 32));
        return model;
    }

    /** Settings for that directory; what is kept lies beside it. */
    public static Configuration configuration(Path model) {
        return more -> {
            Map<String, String> values = new HashMap<>(Map.of(
                    "errata.model.dir", model.toString(),
                    "errata.state.dir", model.resolveSibling("state").toString(),
                    "errata.targets.max-nll", "1000",
                    "errata.device", "cpu"));
            values.putAll(more);
            return new SmallRyeConfigBuilder()
                    .addDiscoveredConverters()
                    .withMapping(Settings.class)
                    .withDefaultValues(values)
                    .build()
                    .getConfigMapping(Settings.class);
        };
    }

    public static Path resource(String name) {
        try {
            return Path.of(TinyDirectory.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
