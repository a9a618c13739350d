package dev.errata.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.export.ExportCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;

/** What {@code errata verify --export} says of a directory. */
final class ExportVerdict {
    private ExportVerdict() {}

    /**
     * @param json where to write it besides; null: nowhere
     * @return the exit code
     */
    static int print(Path export, Optional<Path> base, Path json, PrintWriter out) {
        base.ifPresent(ModelOptions::requireModel);
        ExportCheck.Report report = ExportCheck.of(export, base);
        out.printf("model %s, version %s as %s, digest %s: %d files%n", report.model(), report.version(), report.format(), report.digest(),
                report.files());
        report.findings().forEach(out::println);
        out.println(report.findings().isEmpty() ? "every file is what its statement says" : "findings: " + report.findings().size());
        if (json != null) {
            JsonOutput.write(json, new ObjectMapper().valueToTree(report));
        }
        return report.findings().isEmpty() ? CommandLine.ExitCode.OK : ExitCode.FAILED;
    }
}
