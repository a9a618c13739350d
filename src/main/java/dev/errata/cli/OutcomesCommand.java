package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata outcomes}: what became of a fact change. */
@Command(
        name = "outcomes",
        description = "Show what became of a fact change: applied, superseded, duplicate or rejected.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata outcomes urn:errata:cli 5f0c6f2a9d1b4e3c",
            "'errata facts publish FILE --ids' prints source and id of every change.",
            "Exit code 1 when there is no outcome yet."
        })
final class OutcomesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "The event's source.")
    private String source;

    @Parameters(index = "1", paramLabel = "ID", description = "The event's id.")
    private String id;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        JsonNode found = service.client().get(new ServiceClient.Target("/outcomes").with("source", source).with("id", id));
        JsonNode outcomes = found.path("outcomes");
        if (json) {
            out.println(found.toPrettyString());
        } else if (outcomes.isEmpty()) {
            out.println("no outcome yet");
        } else {
            Table table = new Table("fate", "fact", "position", "because");
            for (JsonNode outcome : outcomes) {
                table.row(
                        outcome.path("fate").path("kind").asText(),
                        outcome.path("key").path("subject").asText() + " / " + outcome.path("key").path("relation").asText(),
                        outcome.path("position").path("partition").asInt() + "@" + outcome.path("position").path("offset").asLong(),
                        because(outcome.path("fate")));
            }
            table.print(out);
        }
        return outcomes.isEmpty() ? ExitCode.FAILED : 0;
    }

    static String because(JsonNode fate) {
        return switch (fate.path("kind").asText()) {
            case "applied" -> "version " + fate.path("version").asLong() + " holds it"
                    + (fate.has("replaced") ? " instead of \"" + fate.path("replaced").path("object").asText() + "\"" : "");
            case "superseded" -> "newer: " + fate.path("by").path("source").asText() + " " + fate.path("by").path("id").asText();
            case "rejected" -> fate.path("code").asText() + ": " + fate.path("message").asText();
            default -> "";
        };
    }
}
