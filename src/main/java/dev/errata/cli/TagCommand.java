package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata tag}: a name for a version. */
@Command(
        name = "tag",
        description = "Name a version, in the log. A name stands for its version for ever, unless it is movable.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata tag before-the-merger 12",
            "  errata tag stable head --movable",
            "  errata ask \"The capital of France is\" --version stable"
        })
final class TagCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(index = "0", paramLabel = "NAME", description = "A letter, then letters, digits, '.', '_' or '-'.")
    private String name;

    @Parameters(index = "1", paramLabel = "VERSION", description = "A number, head, base, another tag, or a time (2026-05-01T12:00Z).")
    private String version;

    @Option(names = "--movable", description = "The name may be given to another version later.")
    private boolean movable;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept in the audit.")
    private String reason;

    @Override
    public void run() {
        JsonNode body = JsonNodeFactory.instance.objectNode()
                .put("name", name).put("version", version).put("movable", movable).put("reason", reason);
        JsonNode tag = service.client().post(new ServiceClient.Target("/tags"), body);
        command.commandLine().getOut().println("tag " + name + " names version " + tag.path("version").asLong() + ", digest "
                + tag.path("digest").asText());
    }
}
