package dev.errata.cli;

import dev.errata.export.DeltaApplication;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata apply}: delta files into a model's files, without service, broker or log. */
@Command(
        name = "apply",
        description = {
            "Apply deltas that 'errata export --format delta' has written to a model's files, in the order in which they are given, and"
                    + " write the result as a whole Hugging Face directory. Needs no service and no broker.",
            "Every tensor must be what the delta's record says, before and after, to the bit; else nothing is written."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata apply deltas --model /models/gpt-j-6b --out edited    all deltas of a directory, from the base",
            "  errata apply 00000013.delta.safetensors --model edited --out newer"
        })
final class ApplyCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Delta files, or directories of them, in order.")
    private List<Path> files;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            required = true,
            description = "What the first delta goes on from: the base, or a version that was exported or applied before.")
    private Path model;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Write here; must be empty or not there.")
    private Path out;

    @Override
    public void run() {
        ModelOptions.requireModel(model);
        DeltaApplication.Applied done = DeltaApplication.apply(files, model, out);
        command.commandLine().getOut().printf(
                "written: %s%nversion %d, digest %s, %d deltas from version %d on%n", out, done.last(), done.digest(), done.files(),
                done.first());
    }
}
