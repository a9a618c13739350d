package dev.errata.cli;

import dev.errata.experiment.EditReport;
import dev.errata.experiment.EditTrial;
import dev.errata.experiment.Workbench;
import dev.errata.export.EditedDirectory;
import dev.errata.export.WholeDirectory;
import dev.errata.fact.FactChange;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata edit}: a file of facts into a model's files, without service, broker or log. */
@Command(
        name = "edit",
        description = {
            "Edit a local model with a file of facts, and measure it before and after. Needs no service and no broker.",
            "The file is what 'facts publish' takes, CounterFact's own records among it. Scores are CounterFact's, times 100: ES PS NS"
                    + " success, EA PA NA accuracy, EM PM NM magnitude, S the harmonic mean of ES PS NS."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata edit counterfact.json --model /models/gpt-j-6b --limit 100 --json report.json",
            "  errata edit facts.jsonl --batch-size 10 --out edited    the bundled model, ten facts after ten",
            "  errata edit facts.jsonl --covariance-text wiki.txt --covariance-text news.txt --model DIR"
        })
final class EditCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions options;

    @Parameters(paramLabel = "FILE", description = "The facts; - reads standard input.")
    private String file;

    @Option(names = "--model", paramLabel = "DIR", description = "Model in Hugging Face layout. Default: the bundled one.")
    private Path model;

    @Option(names = "--out", paramLabel = "DIR", description = "Write the edited model here, as a whole Hugging Face directory.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the report here, as JSON.")
    private Path json;

    @Option(names = "--batch-size", paramLabel = "N", description = "Facts in a batch. Default: all of them in one.")
    private Integer batchSize;

    @Option(names = "--limit", paramLabel = "N", description = "Use only the first N facts of the file.")
    private Integer limit;

    @Option(
            names = "--text-tokens",
            paramLabel = "N",
            description = "Tokens of the fixed text that perplexity is measured on; 0: none. Default: errata.evaluation.tokens.")
    private Integer textTokens;

    @Override
    public void run() {
        require("--batch-size", batchSize, 1);
        require("--limit", limit, 1);
        require("--text-tokens", textTokens, 0);
        List<FactChange> changes = changes();
        if (out != null) {
            WholeDirectory.requireFree(out);
        }
        try (Workbench bench = options.open(model)) {
            int size = batchSize == null ? changes.size() : batchSize;
            int tokens = textTokens == null ? bench.settings().evaluation().tokens() : textTokens;
            EditReport report = new EditTrial(bench).run(changes, size, tokens, new ProgressLines(command.commandLine().getErr()));
            print(report);
            if (json != null) {
                JsonOutput.write(json, report.json());
            }
            if (out != null) {
                EditedDirectory.write(bench.settings().modelDirectory(), report.result().weights(), out);
                command.commandLine().getOut().println("written: " + out);
            }
        }
    }

    private List<FactChange> changes() {
        FactFile facts = FactInput.read(file, "urn:errata:cli");
        FactInput.tell(facts.bad(), command.commandLine().getErr());
        if (!facts.bad().isEmpty()) {
            throw new CliException(ExitCode.BAD_INPUT, "nothing was edited: " + facts.bad().size() + " bad facts in " + file);
        }
        if (facts.changes().isEmpty()) {
            throw new CliException(ExitCode.BAD_INPUT, file + ": no facts (expected: at least one)");
        }
        return facts.changes().stream().map(FactFile.Change::change).limit(limit == null ? Long.MAX_VALUE : limit).toList();
    }

    private void require(String option, Integer value, int min) {
        if (value != null && value < min) {
            throw new ParameterException(command.commandLine(), option + ": " + value + " (expected: " + min + " or more)");
        }
    }

    private void print(EditReport report) {
        PrintWriter to = command.commandLine().getOut();
        report.result().refused().forEach(one -> to.println("rejected: " + one.fact() + ": " + one.code() + ": " + one.message()));
        to.printf(
                Locale.ROOT,
                "%d of %d facts written in %d batch%s: %.2f facts/s%n%n",
                report.written(),
                report.scored(),
                report.result().batches(),
                report.result().batches() == 1 ? "" : "es",
                report.factsPerSecond());
        Table scores = new Table("score", "before", "after");
        report.before().values().forEach((name, before) ->
                scores.row(name, decimal(before), decimal(report.after().values().getOrDefault(name, Double.NaN))));
        scores.print(to);
        to.println();
        Table times = new Table("phase", "seconds");
        report.seconds().forEach((phase, time) -> times.row(phase, decimal(time)));
        times.print(to);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
