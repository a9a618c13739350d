package dev.errata.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.audit.AuditReport;
import dev.errata.audit.AuditReport.Verdict;
import dev.errata.audit.AuditRules;
import dev.errata.audit.Finding;
import dev.errata.audit.LogAudit;
import dev.errata.delta.EditedTensor;
import dev.errata.memit.EditedTensors;
import dev.errata.service.ModelFiles;
import dev.errata.service.Wiring;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.transformer.CausalLm;
import dev.errata.worker.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errata verify}: the auditor over the topics of a broker. */
@Command(
        name = "verify",
        description = {
            "Read all topics of a model's line, and nothing else, and say of each of the twelve invariants whether it holds: outcomes,"
                    + " batches, versions, chunks, evaluations, ledger, head and offsets against each other, and every delta applied to the"
                    + " base model again.",
            "It needs no service and writes nothing. The service may run meanwhile: work that is under way is counted as open.",
            "Ends with 1 when an invariant is violated, or an export is not what its statement says."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata verify                                      the broker and the model of the settings",
            "  errata verify --bootstrap-servers kafka:9092 --model DIR --at-rest",
            "  errata verify --json report.json",
            "  errata verify --export DIR --model BASE            an exported directory; needs no broker"
        })
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private LogOptions options;

    @Option(names = "--at-rest", description = "Nothing is under way: whatever has not come to its end is a violation.")
    private boolean atRest;

    @Option(names = "--no-weights", description = "Do not apply the deltas to the model again; needs no model files.")
    private boolean noWeights;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description = "Check this export instead: its statement, its files and what is in them; with --model the base model too.")
    private Path export;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result here, as JSON.")
    private Path json;

    @Override
    public Integer call() {
        if (export != null) {
            return ExportVerdict.print(export, options.model(), json, command.commandLine().getOut());
        }
        Wiring wiring = options.wiring();
        Settings settings = wiring.settings();
        AuditRules rules = noWeights ? AuditRules.structure(wiring.limits()) : AuditRules.of(base(settings), wiring.limits());
        ModelLine audited = wiring.line();
        AuditReport report;
        try (LogSource log = LogOptions.open(wiring)) {
            report = LogAudit.of(log, audited, atRest ? rules.resting() : rules);
        }
        print(report, audited, command.commandLine().getOut());
        if (json != null) {
            JsonOutput.write(json, new ObjectMapper().valueToTree(document(report, audited)));
        }
        return report.sound() ? CommandLine.ExitCode.OK : ExitCode.FAILED;
    }

    private static SortedMap<String, EditedTensor> base(Settings settings) {
        ModelOptions.requireModel(settings.modelDirectory());
        try (CausalLm lm = CausalLm.load(settings.modelDirectory(), "cpu")) {
            return EditedTensors.base(lm, new ModelFiles(settings).hyperParameters().layers());
        }
    }

    private static void print(AuditReport report, ModelLine line, PrintWriter out) {
        long records = report.records().values().stream().mapToLong(Long::longValue).sum();
        out.printf("model %s: %d versions, %d records%n%n", report.model(), report.versions(), records);
        Table table = new Table("invariant", "verdict", "what holds");
        report.verdicts().forEach(verdict -> table.row(
                verdict.invariant().number(), verdict.holds() ? "ok" : verdict.violations() + " violations", verdict.invariant().words()));
        table.print(out);
        out.println();
        report.verdicts().stream().filter(verdict -> !verdict.holds()).map(verdict -> verdict.first().get(0)).forEach(first -> out.printf(
                "invariant %d: first in %s, partition %d, offset %d: %s%n", first.invariant().number(), line.topic(first.place().topic()),
                first.place().partition(), first.place().offset(), first.words()));
        report.open().forEach((kind, count) -> out.println("open: " + count + " " + kind));
        report.notes().forEach(note -> out.println("note: " + note));
        long broken = report.verdicts().stream().filter(verdict -> !verdict.holds()).count();
        out.println(broken == 0 ? "every invariant holds" : broken + " of 12 invariants are violated");
    }

    private static Map<String, Object> document(AuditReport report, ModelLine line) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("model", report.model());
        document.put("sound", report.sound());
        document.put("versions", report.versions());
        document.put("records", report.records());
        document.put("open", report.open());
        document.put("notes", report.notes());
        document.put("invariants", report.verdicts().stream().map(verdict -> document(verdict, line)).toList());
        return document;
    }

    private static Map<String, Object> document(Verdict verdict, ModelLine line) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("number", verdict.invariant().number());
        document.put("words", verdict.invariant().words());
        Optional.of(verdict.invariant().limit()).filter(limit -> !limit.isEmpty()).ifPresent(limit -> document.put("notSeenInALog", limit));
        document.put("holds", verdict.holds());
        document.put("violations", verdict.violations());
        document.put("first", verdict.first().stream().map(finding -> document(finding, line)).toList());
        return document;
    }

    private static Map<String, Object> document(Finding finding, ModelLine line) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("topic", line.topic(finding.place().topic()));
        document.put("partition", finding.place().partition());
        document.put("offset", finding.place().offset());
        document.put("words", finding.words());
        return document;
    }
}
