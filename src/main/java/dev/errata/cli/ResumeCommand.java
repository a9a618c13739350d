package dev.errata.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errata resume}: lets the editor go on. */
@Command(
        name = "resume",
        description = "Let the editor go on: what has waited is taken up in its order.",
        footerHeading = "%nExamples:%n",
        footer = "  errata resume")
final class ResumeCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept in the audit.")
    private String reason;

    @Override
    public void run() {
        service.client().post(new ServiceClient.Target("/resume"), JsonNodeFactory.instance.objectNode().put("reason", reason));
        command.commandLine().getOut().println("resumed");
    }
}
