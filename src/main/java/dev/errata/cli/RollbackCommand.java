package dev.errata.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.VersionRef;
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
            "The weights and the live facts of that version become a new version; nothing is erased from the history."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata rollback 3 --reason \"version 4 trusted the wrong source\"",
            "  errata rollback good               what that tag names",
            "  errata rollback base               the base model again"
        })
final class RollbackCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private RequestOptions request;

    @Parameters(
            paramLabel = "VERSION",
            description = "The version to bring back: a number, head, base, a tag, or a time such as 2026-05-01T12:00Z.")
    private String to;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (VersionRef.parse(to) instanceof VersionRef.Numbered numbered) {
            body.put("to", numbered.number());
        } else {
            body.put("to", to);
        }
        request.ask("/rollback", body, id -> out.println("requested " + id))
                .ifPresent(version -> out.println("version " + version.path("number").asLong() + " is version " + to
                        + " again, digest " + version.path("digest").asText()));
    }
}
