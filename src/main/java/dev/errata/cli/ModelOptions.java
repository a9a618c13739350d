package dev.errata.cli;

import dev.errata.experiment.Configuration;
import dev.errata.experiment.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which model a command works on by itself, and with what; mixed into every command that needs no service. */
final class ModelOptions {
    @Option(names = "--hparams", paramLabel = "FILE", description = "MEMIT hyper-parameters. Default: beside the model, or known ones.")
    private Path hparams;

    @Option(names = "--contexts", paramLabel = "FILE", description = "Six context templates. Default: beside the model, or generated.")
    private Path contexts;

    @Option(
            names = "--covariance-text",
            paramLabel = "FILE",
            description = "Text that stands for what is to be preserved, one document a line; repeatable."
                    + " Default: covariance.txt beside the model.")
    private List<Path> covarianceTexts = List.of();

    @Option(
            names = "--covariance-tokens",
            paramLabel = "N",
            description = "Tokens of that text to read; 0 reads all of it. Default: errata.covariance.max-tokens.")
    private Long covarianceTokens;

    @Option(
            names = "--max-nll",
            paramLabel = "NATS",
            description = "A fact whose object stays less likely than this at its target is rejected. Default: errata.targets.max-nll.")
    private Double maxNll;

    @Option(
            names = "--anchor",
            paramLabel = "WEIGHTS",
            description = "Search targets on the base model or on the current weights: base or current. Default: errata.targets.anchor.")
    private String anchor;

    @Option(names = "--device", paramLabel = "NAME", description = "auto, cpu or cuda:N. Default: errata.device.")
    private String device;

    @Option(names = "--data", paramLabel = "DIR", description = "Where what is made once is kept. Default: data.")
    private Path data;

    /** Loads the model. @param model the bundled one if null */
    Workbench open(Path model) {
        requireFiles(covarianceTexts);
        Configuration configuration = configuration(model);
        requireModel(configuration.with(Map.of()).modelDirectory());
        return Workbench.open(configuration, covarianceTexts);
    }

    /** The settings with these options above them. */
    Configuration configuration(Path model) {
        Map<String, String> given = new HashMap<>();
        put(given, "errata.model.dir", model);
        put(given, "errata.model.hparams", hparams);
        put(given, "errata.model.contexts", contexts);
        put(given, "errata.covariance.max-tokens", covarianceTokens);
        put(given, "errata.targets.max-nll", maxNll);
        put(given, "errata.targets.anchor", anchor);
        put(given, "errata.device", device);
        put(given, "errata.state.dir", data);
        return more -> {
            Map<String, String> all = new HashMap<>(given);
            all.putAll(more);
            return Configured.with(all).settings();
        };
    }

    List<Path> covarianceTexts() {
        return covarianceTexts;
    }

    private static void put(Map<String, String> given, String name, Object value) {
        if (value != null) {
            given.put(name, value.toString());
        }
    }

    private static void requireFiles(List<Path> files) {
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                throw new CliException(ExitCode.BAD_INPUT, "cannot read " + file + " (expected: a text, one document a line)");
            }
        }
    }

    static void requireModel(Path directory) {
        if (!Files.isRegularFile(directory.resolve("config.json"))) {
            throw new CliException(
                    ExitCode.BAD_INPUT, "model: no config.json in " + directory.toAbsolutePath() + " (expected: a Hugging Face directory)");
        }
    }
}
