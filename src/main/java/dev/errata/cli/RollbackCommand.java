package dev.errata.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata rollback}: an earlier version's weights and live facts, as a new version. */
@Command(
        name = "rollback",
        description = {
            "Bring an earlier version back, to the bit.",
            "The weights and the live facts of version N become a new version; nothing is erased from the history."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata rollback 3 --reason \"version 4 trusted the wrong source\"",
            "  errata rollback 0                  the base model again"
        })
final class RollbackCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private RequestOptions request;

    @Parameters(paramLabel = "N", description = "The version to bring back; 0 is the base model.")
    private long to;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        request.ask("/rollback", JsonNodeFactory.instance.objectNode().put("to", to), id -> out.println("requested " + id))
                .ifPresent(version -> out.println("version " + version.path("number").asLong() + " is version " + to
                        + " again, digest " + version.path("digest").asText()));
    }
}
