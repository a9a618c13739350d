package dev.errata.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.EditReport;
import dev.errata.experiment.Tuning;
import dev.errata.memit.HyperParameters;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata tune}: hyper-parameters for a model that has none. */
@Command(
        name = "tune",
        description = {
            "Propose layers, lambda (mom2_update_weight), learning rate and clamp for a model, from a small sweep over facts that it knows,"
                    + " and write them as hyper-parameters by the reference's names.",
            "Facts need a previous object, as CounterFact's records have; those are used for which the model answers it. The same input"
                    + " gives the same proposal."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata tune /models/my-model --covariance-text wiki.txt",
            "  errata tune /models/my-model --facts counterfact.json --limit 50 --out my-hparams.json"
        })
final class TuneCommand implements Runnable {
    private static final int CANDIDATES = 2_000;
    private static final List<String> SCORES = List.of("ES", "PS", "NS", "EA", "PA", "NA");

    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions options;

    @Parameters(paramLabel = "MODEL", description = "Model in Hugging Face layout.")
    private Path model;

    @Option(names = "--facts", paramLabel = "FILE", description = "Facts to try. Default: those beside the model, or the bundled.")
    private String facts;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "24", description = "Facts in an edit at most. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--budget", paramLabel = "N", defaultValue = "13", description = "Edits to try at most. Default: ${DEFAULT-VALUE}.")
    private int budget;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write them. Default: hparams.json beside the model.")
    private Path out;

    @Override
    public void run() {
        require("--limit", limit, Tuning.FACTS_MIN);
        require("--budget", budget, 1);
        ModelOptions.requireModel(model);
        Path file = out == null ? model.resolve("hparams.json") : out;
        if (Files.exists(file)) {
            throw new CliException(ExitCode.BAD_INPUT, file + ": is there already (expected: a new file, by --out)");
        }
        PrintWriter err = command.commandLine().getErr();
        BenchContext context =
                new BenchContext(options.configuration(model), FactInput.given(facts, err), options.covarianceTexts(), err::println);
        Tuning.Proposal proposal = Tuning.propose(context, context.candidates(CANDIDATES), limit, budget);

        PrintWriter to = command.commandLine().getOut();
        to.println(proposal.facts() + " facts that the model knows, changed in one batch from the base, once for each line:");
        to.println();
        print(proposal, to);
        JsonOutput.write(file, json(proposal));
        to.println();
        to.println("written: " + file);
    }

    private void require(String option, int value, int min) {
        if (value < min) {
            throw new ParameterException(command.commandLine(), option + ": " + value + " (expected: " + min + " or more)");
        }
    }

    private static void print(Tuning.Proposal proposal, PrintWriter to) {
        List<String> header = new ArrayList<>(List.of("", "stage", "layers", "lambda", "rate", "clamp"));
        header.addAll(SCORES);
        header.addAll(List.of("perplexity", "score"));
        Table table = new Table(header.toArray(String[]::new));
        for (Tuning.Trial trial : proposal.trials()) {
            HyperParameters tried = trial.parameters();
            List<Object> cells = new ArrayList<>(List.of(
                    trial == proposal.chosen() ? "*" : "",
                    trial.stage(),
                    tried.layers().get(0) + "-" + tried.lastLayer(),
                    String.format(Locale.ROOT, "%.4g", tried.covarianceWeight()),
                    tried.learningRate(),
                    tried.clampNormFactor()));
            Map<String, Double> percent = trial.scores().percent();
            SCORES.forEach(score -> cells.add(percent.containsKey(score) ? number(percent.get(score)) : "-"));
            cells.add(trial.perplexityRatio().isPresent() ? "x " + number(trial.perplexityRatio().getAsDouble()) : "-");
            cells.add(number(trial.score()));
            table.row(cells.toArray());
        }
        table.print(to);
        to.println();
        to.println("* is chosen: the largest score, which is the harmonic mean of ES PS NS EA PA NA over the growth of perplexity.");
    }

    /** With the names of modules and the fields that the reference's own code reads besides. */
    private static ObjectNode json(Tuning.Proposal proposal) {
        ObjectNode json = EditReport.json(proposal.chosen().parameters());
        String module = proposal.module();
        return json.put("layer_selection", "all")
                .put("mom2_adjustment", true)
                .put("mom2_dtype", "float32")
                .put("rewrite_module_tmp", module)
                .put("layer_module_tmp", module.substring(0, module.indexOf("{}") + 2))
                .put("mlp_module_tmp", module.substring(0, module.lastIndexOf('.')))
                .put("source", "errata tune, " + proposal.facts() + " facts, " + proposal.trials().size() + " trials");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
