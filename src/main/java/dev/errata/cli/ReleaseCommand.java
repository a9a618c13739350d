package dev.errata.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata release}: a held version is announced. */
@Command(
        name = "release",
        description = "Announce a version that a gate holds; followers serve it from then on, and the editor goes on.",
        footerHeading = "%nExamples:%n",
        footer = "  errata release 12 --reason \"the neighborhood prompts are outdated\"")
final class ReleaseCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(paramLabel = "N", description = "The held version.")
    private long version;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept in the audit.")
    private String reason;

    @Override
    public void run() {
        service.client().post(
                new ServiceClient.Target("/release"),
                JsonNodeFactory.instance.objectNode().put("version", version).put("reason", reason));
        command.commandLine().getOut().println("version " + version + " is released");
    }
}
