package dev.errata.cli;

import dev.errata.delta.VersionRef;
import dev.errata.export.BaseModel;
import dev.errata.export.ExportRequest;
import dev.errata.export.Exporter;
import dev.errata.export.Format;
import dev.errata.export.LoggedLine;
import dev.errata.export.WholeDirectory;
import dev.errata.service.Wiring;
import dev.errata.stream.LogSource;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata export}: a version out of the log into files. */
@Command(
        name = "export",
        description = {
            "Write a version as files that other tools load, out of the log alone: a whole model, a LoRA adapter, or deltas for machines"
                    + " without Kafka. Needs no service. The version is made from the base by its deltas, and each step is proven.",
            "A model card and a statement of what it was made from are written with it; 'errata verify --export DIR' checks them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata export head --format safetensors --out edited      a directory for transformers",
            "  errata export 12 --format peft --out adapter              an adapter for PEFT, on the untouched base",
            "  errata export 12 --format peft --rank-error 0.01 --out small",
            "  errata export 12 --format delta --out deltas              and elsewhere: errata apply deltas --model BASE --out edited",
            "  errata export 13 --format delta --only --out next         the one version that comes after"
        })
final class ExportCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private LogOptions log;

    @Parameters(paramLabel = "REF", description = "The version: a number, head, a tag, or a time.")
    private String ref;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            required = true,
            description = "safetensors: a whole model. peft: a LoRA adapter. delta: a file for each version on the way.")
    private Format format;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Write here; must be empty or not there.")
    private Path out;

    @Option(
            names = "--rank-error",
            paramLabel = "E",
            description = "Of an adapter: take the smallest ranks whose error, relative to the change, is at most this."
                    + " Default: stacked as they are; within 1e-6 where a rank would be above 256.")
    private Double rankError;

    @Option(names = "--only", description = "Of deltas: this version's alone.")
    private boolean only;

    @Option(
            names = "--base-name",
            paramLabel = "NAME",
            description = "What card and adapter call the base model, such as EleutherAI/gpt-j-6b. Default: _name_or_path in its"
                    + " config.json, or the model's name here.")
    private String baseName;

    @Override
    public void run() {
        WholeDirectory.requireFree(out);
        VersionRef reference = VersionRef.parse(ref);
        Wiring wiring = log.wiring();
        ModelOptions.requireModel(wiring.settings().modelDirectory());
        try (LogSource source = LogOptions.open(wiring)) {
            LoggedLine line = LoggedLine.of(source, wiring.line());
            ExportRequest request = request(reference.resolve(line), wiring);
            BaseModel base = BaseModel.load(wiring.settings().modelDirectory(), line.chain().tensors(0).keySet());
            print(new Exporter(line, base).write(request, out));
        }
    }

    private ExportRequest request(long version, Wiring wiring) {
        OptionalDouble error = rankError == null ? OptionalDouble.empty() : OptionalDouble.of(rankError);
        Path directory = wiring.settings().modelDirectory();
        String name = baseName != null ? baseName : BaseModel.name(directory).orElse(wiring.settings().modelName());
        String software = Optional.ofNullable(ExportCommand.class.getPackage().getImplementationVersion()).orElse("unknown");
        return new ExportRequest(version, format, error, only, name, "errata " + software);
    }

    private void print(Exporter.Exported done) {
        var to = command.commandLine().getOut();
        to.printf("written: %s%nversion %d, digest %s, %d deltas%n", out, done.version(), done.digest(), done.deltas());
        done.held().ifPresent(held -> to.println("note: this version was held: " + held));
        to.println("statement: SHA-256 " + done.statement());
    }
}
