package dev.errata.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errata pause}: holds the editor. */
@Command(
        name = "pause",
        description = {
            "Hold the editor: an edit in hand is finished, then no batch and no rollback is taken up until 'errata resume'.",
            "It lasts over restarts. Facts are taken in and wait; questions are answered; 'errata status' shows it."
        },
        footerHeading = "%nExamples:%n",
        footer = "  errata pause --reason \"the source is being checked\"")
final class PauseCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept in the audit.")
    private String reason;

    @Override
    public void run() {
        service.client().post(new ServiceClient.Target("/pause"), JsonNodeFactory.instance.objectNode().put("reason", reason));
        command.commandLine().getOut().println("paused");
    }
}
