package dev.errata.cli;

import dev.errata.experiment.ApplyBench;
import dev.errata.experiment.Bench;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchReport;
import dev.errata.experiment.BenchRow;
import dev.errata.experiment.EditBench;
import dev.errata.experiment.LastingBench;
import dev.errata.experiment.RebaseBench;
import dev.errata.experiment.RetractionBench;
import dev.errata.experiment.RevisionsBench;
import dev.errata.experiment.ScaleBench;
import dev.errata.experiment.SolveBench;
import dev.errata.experiment.SolveBench.Block;
import dev.errata.experiment.SubjectsBench;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata bench}: numbers about speed, made before your eyes. */
@Command(
        name = "bench",
        description = {
            "Speed: edit (facts/s beside the reference's way), scale (time and memory against the size of a batch), solve (one block of any"
                    + " size, beside the dense solve), stream (facts/s and latency through the whole service), burst (changes/s and heap"
                    + " of the accumulator alone), commit (the time of a transaction).",
            "Restarting: recovery (to caught up after n versions), replay (n versions from the log, step by step), apply (a change of rank"
                    + " n to one tensor). Reading: history (the index of n versions, and its answers). Serving: follower (answers while n"
                    + " versions are swapped in).",
            "Lasting: lasting (batches of n beside one batch), revisions (facts that change again and again),"
                    + " retraction (what is answered when facts are taken out), rebase (all live facts anew"
                    + " from the base), subjects (several facts of one subject).",
            "Every number of docs/performance.md is from here. Facts are always the same: counterfactual changes of what the model knows"
                    + " (facts.jsonl beside it) for edit, scale, stream and subjects, 250 CounterFact records for lasting, revisions and"
                    + " rebase, or those of --facts."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata bench edit --sizes 1,64 --json edit.json",
            "  errata bench scale --sizes 1,100,10000",
            "  errata bench lasting --sizes 250,5 --json lasting.json",
            "  errata bench solve --sizes 1,100 --width 1600 --key-width 6400",
            "  errata bench edit --model /models/gpt-j-6b --facts counterfact.json --device cuda:0"
        })
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ModelOptions options;

    @Parameters(paramLabel = "NAME", description = "Which one.")
    private String name;

    @Option(names = "--model", paramLabel = "DIR", description = "Model in Hugging Face layout. Default: the bundled one.")
    private Path model;

    @Option(names = "--sizes", paramLabel = "N,…", split = ",", description = "n of each row. Default: the benchmark's own.")
    private List<Integer> sizes = List.of();

    @Option(names = "--facts", paramLabel = "FILE", description = "Facts to edit with; at least as many as the largest size.")
    private String facts;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the rows here, as JSON.")
    private Path json;

    @ArgGroup(exclusive = false, validate = false, heading = "%nOf solve:%n")
    private final BlockOptions block = new BlockOptions();

    /** The block that is solved for. */
    private static final class BlockOptions {
        @Option(names = "--width", paramLabel = "N", description = "d. Default: ${DEFAULT-VALUE}, GPT-J's.")
        private int width = 4096;

        @Option(names = "--key-width", paramLabel = "N", description = "d_k. Default: ${DEFAULT-VALUE}, GPT-J's; takes 32 d_k^2 bytes.")
        private int keyWidth = 16384;

        @Option(names = "--live", paramLabel = "N", description = "Pairs that are there before. Default: ${DEFAULT-VALUE}.")
        private int live = 1000;

        @Option(names = "--factorise", description = "Measure the one factorisation too; minutes at GPT-J's size.")
        private boolean factorise;

        Block block(CommandSpec command) {
            try {
                return new Block(width, keyWidth, live, factorise);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(command.commandLine(), e.getMessage());
            }
        }
    }

    /** By name; another benchmark is another line. */
    private Map<String, Bench> benches() {
        return Stream.of(
                        new EditBench(),
                        new ScaleBench(),
                        new SolveBench(block.block(command)),
                        new StreamBench(),
                        new BurstBench(),
                        new RecoveryBench(),
                        new FollowerBench(),
                        new CommitBench(),
                        new ReplayBench(),
                        new ApplyBench(),
                        new HistoryBench(),
                        new LastingBench(),
                        new RevisionsBench(),
                        new RetractionBench(),
                        new RebaseBench(),
                        new SubjectsBench())
                .collect(Collectors.toMap(Bench::name, bench -> bench, (one, other) -> one, LinkedHashMap::new));
    }

    @Override
    public void run() {
        Map<String, Bench> benches = benches();
        Bench bench = benches.get(name);
        if (bench == null) {
            throw new ParameterException(command.commandLine(), "NAME: \"" + name + "\" (expected: one of " + benches.keySet() + ")");
        }
        sizes.stream().filter(size -> size < bench.smallest()).findFirst().ifPresent(size -> {
            throw new ParameterException(
                    command.commandLine(), "--sizes: " + size + " (expected: " + bench.smallest() + " or more)");
        });
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        BenchContext context =
                new BenchContext(options.configuration(model), FactInput.given(facts, err), options.covarianceTexts(), err::println);
        ModelOptions.requireModel(context.settings().modelDirectory());
        List<BenchRow> rows = new ArrayList<>();
        bench.run(sizes.isEmpty() ? bench.sizes() : sizes, context, rows::add);

        BenchReport report = BenchReport.of(bench, context, rows);
        out.println(bench.name() + ": " + bench.measures());
        out.println("model " + report.model() + "; " + report.machine().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", ")));
        out.println();
        print(rows, out);
        if (json != null) {
            JsonOutput.write(json, report.json());
        }
    }

    /** A line for each size, and below it what was measured besides. */
    private static void print(List<BenchRow> rows, PrintWriter out) {
        boolean compared = rows.stream().anyMatch(row -> row.reference().isPresent());
        Table speed = compared
                ? new Table("n", "facts/s", "reference's way", "ratio", "phases (s)")
                : new Table("n", "facts/s", "phases (s)");
        for (BenchRow row : rows) {
            String phases = row.phases().entrySet().stream()
                    .map(entry -> entry.getKey() + " " + number(entry.getValue()))
                    .collect(Collectors.joining(", "));
            if (compared) {
                speed.row(
                        row.n(),
                        number(row.factsPerSecond()),
                        row.reference().isPresent() ? number(row.reference().getAsDouble()) : "-",
                        row.ratio().isPresent() ? number(row.ratio().getAsDouble()) : "-",
                        phases);
            } else {
                speed.row(row.n(), number(row.factsPerSecond()), phases);
            }
        }
        speed.print(out);
        out.println();
        List<String> names = rows.stream().flatMap(row -> row.more().keySet().stream()).distinct().toList();
        Table more = new Table(Stream.concat(
                Stream.of("measured"), rows.stream().map(row -> "n = " + row.n())).toArray(String[]::new));
        names.forEach(name -> more.row(Stream.concat(
                Stream.of(name.replace('_', ' ')),
                rows.stream().map(row -> row.more().containsKey(name) ? number(row.more().get(name)) : "-")).toArray()));
        more.print(out);
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return Long.toString((long) value);
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size < 1e-3 ? "%.1e" : size < 1 ? "%.4f" : "%.2f", value);
    }
}
