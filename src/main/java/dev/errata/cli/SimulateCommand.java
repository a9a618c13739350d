package dev.errata.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.simulation.Planted;
import dev.errata.simulation.Simulator;
import dev.errata.simulation.Simulator.Hunted;
import dev.errata.simulation.Simulator.Violation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code errata simulate}: the cycles over a simulated log and clock, through everything that can go wrong. */
@Command(
        name = "simulate",
        description = {
            "Runs accumulator, editor and follower over a simulated Kafka and clock: crashes, lost answers, zombies, clock jumps and bad"
                    + " input, thrown from a seed. After each schedule the log's invariants are checked; then bugs are planted, and each"
                    + " must be found.",
            "Ends with 1 when an invariant is violated or a planted bug is not found."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata simulate --schedules 10000",
            "  errata simulate --seed 4711 --trace",
            "  errata simulate --seed 3 --planted no_fencing"
        })
final class SimulateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(names = "--schedules", paramLabel = "N", description = "How many, and the planted bugs. Default: ${DEFAULT-VALUE}.")
    private int schedules = 500;

    @Option(names = "--from", paramLabel = "N", description = "Seed of the first of them. Default: ${DEFAULT-VALUE}.")
    private long from;

    @Option(names = "--seed", paramLabel = "N", description = "Run this one schedule alone.")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--planted", paramLabel = "NAME", description = "With --seed: plant this bug. One of ${COMPLETION-CANDIDATES}.")
    private Optional<Planted> planted = Optional.empty();

    @Option(names = "--trace", description = "With --seed: print every step.")
    private boolean trace;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result here, as JSON.")
    private Path json;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        if (schedules < 1) {
            throw new ParameterException(command.commandLine(), "--schedules: " + schedules + " (expected: 1 or more)");
        }
        if (seed.isEmpty() && (trace || planted.isPresent())) {
            throw new ParameterException(
                    command.commandLine(), (trace ? "--trace" : "--planted") + ": of no schedule (expected: with --seed)");
        }
        if (seed.isPresent() && json != null) {
            throw new ParameterException(command.commandLine(), "--json: with --seed (expected: with --schedules)");
        }
        return seed.isPresent() ? one(seed.get(), out) : many(out);
    }

    private int one(long number, PrintWriter out) {
        List<String> findings = Simulator.replay(number, planted, trace ? Optional.of(out::println) : Optional.empty());
        findings.forEach(out::println);
        out.printf("seed %d: %s%n", number, findings.isEmpty() ? "no violation" : findings.size() + " findings");
        return findings.isEmpty() ? CommandLine.ExitCode.OK : ExitCode.FAILED;
    }

    private int many(PrintWriter out) {
        long start = System.nanoTime();
        List<Violation> violations = Simulator.run(from, schedules);
        double seconds = (System.nanoTime() - start) / 1e9;
        for (Violation violation : violations) {
            out.printf("seed %d: %s%n", violation.seed(), violation.findings().get(0));
        }
        out.printf(
                Locale.ROOT, "%d schedules in %.1f s (%.0f a minute): %d with a violation%n",
                schedules, seconds, schedules * 60 / seconds, violations.size());
        List<Hunted> hunted = Simulator.hunt();
        Table table = new Table("planted bug", "found", "seed", "by");
        hunted.forEach(bug -> table.row(bug.name(), bug.found() ? "yes" : "NO", bug.seed(), shortened(bug.finding())));
        table.print(out);
        if (json != null) {
            JsonOutput.write(json, new ObjectMapper().valueToTree(report(violations, hunted)));
        }
        boolean good = violations.isEmpty() && hunted.stream().allMatch(Hunted::found);
        return good ? CommandLine.ExitCode.OK : ExitCode.FAILED;
    }

    private Map<String, Object> report(List<Violation> violations, List<Hunted> hunted) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("schedules", schedules);
        report.put("violations", violations.size());
        report.put("seeds", violations.stream().map(Violation::seed).toList());
        report.put("planted", hunted.stream().map(bug -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", bug.name());
            row.put("found", bug.found());
            row.put("seed", bug.seed());
            return row;
        }).toList());
        return report;
    }

    private static String shortened(String finding) {
        return finding.length() <= 90 ? finding : finding.substring(0, 89) + "…";
    }
}
