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
    private ServiceOptions service;

    @Parameters(paramLabel = "N", description = "The version to bring back; 0 is the base model.")
    private long to;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept in the new version's record.")
    private String reason;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Wait so long for the new version. Default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    @Option(names = "--no-wait", description = "Return as soon as the request is in the log.")
    private boolean noWait;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        JsonNode body = JsonNodeFactory.instance.objectNode().put("to", to).put("reason", reason);
        if (noWait) {
            JsonNode accepted = service.client().post(new ServiceClient.Target("/rollback"), body);
            out.println("requested " + accepted.path("id").asText());
            return;
        }
        ServiceClient.Target target = new ServiceClient.Target("/rollback").with("wait", waitSeconds);
        JsonNode version = service.client().post(target, body, Duration.ofSeconds(waitSeconds)).path("version");
        out.println("version " + version.path("number").asLong() + " is version " + to + " again, digest "
                + version.path("digest").asText());
    }
}
