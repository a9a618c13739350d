package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errata status}: what a process does and how far it is. */
@Command(
        name = "status",
        description = "Show what the service does and how far it is. Exit code 1 while it is not ready.",
        footerHeading = "%nExamples:%n",
        footer = {"  errata status", "  until errata status; do sleep 1; done    wait until it is ready"})
final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        JsonNode status = service.client().get(new ServiceClient.Target("/status"));
        if (json) {
            out.println(status.toPrettyString());
        } else {
            Table table = new Table("model", status.path("model").asText())
                    .row("ready", status.path("ready").asBoolean() ? "yes" : "no")
                    .row("paused", status.path("paused").asBoolean() ? "yes, by an operator" : "no")
                    .row("head", status.path("head").asText("none announced"))
                    .row("served version", status.path("servedVersion").asText("none"))
                    .row("pending facts", status.path("pendingFacts").asText("-"));
            status.path("roles").properties().forEach(role -> table.row(role.getKey(), role.getValue().asText()));
            table.print(out);
        }
        return status.path("ready").asBoolean() ? 0 : ExitCode.FAILED;
    }
}
