package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata branch}: another line, from a version of this one. */
@Command(
        name = "branch",
        description = {
            "Begin another line from a version of this one: the same weights and live facts, to the bit, with a history of its own from"
                    + " there on.",
            "Facts that are published from now on are for both lines, unless they name one ('errata facts publish --line'). Stopped on the"
                    + " way, the same command goes on where it stopped."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata branch b --from 7",
            "  errata branch trial --from stable --reason \"A/B of the new source\"",
            "  errata serve --line b --port 8081 --bootstrap-servers kafka:9092"
        })
final class BranchCommand implements Runnable {
    /** Copying takes as long as reading the log. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(paramLabel = "NAME", description = "The new line's name.")
    private String name;

    @Option(names = "--from", paramLabel = "VERSION", required = true, description = "A number, head, base, a tag or a time.")
    private String from;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept in the audit.")
    private String reason;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        JsonNode body = JsonNodeFactory.instance.objectNode().put("name", name).put("from", from).put("reason", reason);
        JsonNode made = service.client().post(new ServiceClient.Target("/branches"), body, PATIENCE);
        long version = made.path("version").asLong();
        out.println("line " + name + " begins with "
                + (version == 0 ? "the base model" : version + " versions, digest " + made.path("digest").asText()));
    }
}
