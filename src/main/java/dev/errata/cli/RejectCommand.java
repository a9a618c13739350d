package dev.errata.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata reject}: back behind a held version. */
@Command(
        name = "reject",
        description = "Go back behind a version that a gate holds: the one before it comes back as a new version, and the editor goes on.",
        footerHeading = "%nExamples:%n",
        footer = "  errata reject 12 --reason \"it forgot what version 11 knew\"")
final class RejectCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private RequestOptions request;

    @Parameters(paramLabel = "N", description = "The held version.")
    private long held;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        request.ask("/reject", JsonNodeFactory.instance.objectNode().put("version", held), id -> out.println("requested " + id))
                .ifPresent(version -> out.println("version " + version.path("number").asLong() + " is version "
                        + version.path("to").asLong() + " again, digest " + version.path("digest").asText()));
    }
}
