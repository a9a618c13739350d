package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errata audit}: what operators did. */
@Command(
        name = "audit",
        description = "Show who did what to which object when, and whether it was taken: rollback, flush, pause, resume.",
        footerHeading = "%nExamples:%n",
        footer = {"  errata audit", "  errata audit --json | jq '.operations[] | select(.result.kind == \"declined\")'"})
final class AuditCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "Show the newest N. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        JsonNode found = service.client().get(new ServiceClient.Target("/audit").with("limit", limit));
        if (json) {
            out.println(found.toPrettyString());
            return;
        }
        Table table = new Table("when", "who", "what", "object", "result", "reason");
        for (JsonNode operation : found.path("operations")) {
            JsonNode by = operation.path("by");
            JsonNode result = operation.path("result");
            table.row(
                    operation.path("at").asText().replaceFirst("\\.\\d+", ""),
                    by.path("name").asText() + " (" + by.path("proof").asText().toLowerCase(Locale.ROOT) + ")",
                    operation.path("action").asText().toLowerCase(Locale.ROOT),
                    operation.path("object").asText(),
                    result.has("code") ? "declined: " + result.path("code").asText() : result.path("kind").asText(),
                    operation.path("reason").asText());
        }
        table.print(out);
    }
}
