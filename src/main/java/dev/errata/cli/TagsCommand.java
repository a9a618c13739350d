package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errata tags}: what the names stand for. */
@Command(
        name = "tags",
        description = "List the names of versions.",
        footerHeading = "%nExamples:%n",
        footer = {"  errata tags", "  errata tags --json"})
final class TagsCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        JsonNode found = service.client().get(new ServiceClient.Target("/tags"));
        if (json) {
            out.println(found.toPrettyString());
            return;
        }
        Table table = new Table("tag", "version", "movable", "digest");
        found.path("tags").forEach(tag -> table.row(
                tag.path("name").asText(), tag.path("version").asLong(), tag.path("movable").asBoolean() ? "yes" : "no",
                HistoryText.digest(tag.path("digest"))));
        table.print(out);
    }
}
