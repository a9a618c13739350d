package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata retract}: one fact out of the model. */
@Command(
        name = "retract",
        description = {
            "Take one fact out of the model: nobody claims it any more.",
            "Its weights go out exactly, in a new version; the model answers as the base does, the other facts stay. A source that asserts"
                    + " the fact later brings it back.",
            "The others keep what they had to hold against it; with --rebase they are written again at once, as if it had never been there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata retract \"Angola\" P30 --reason \"vandalism upstream\"",
            "  errata retract \"Angola\" P30 --source https://example.org/facts    as that source's next revision",
            "  errata retract \"Angola\" P30 --rebase                              and nothing is left of it",
            "Exit code 1 when it was not applied."
        })
final class RetractCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(index = "0", paramLabel = "SUBJECT", description = "The fact's subject.")
    private String subject;

    @Parameters(index = "1", paramLabel = "RELATION", description = "The relation's id, such as P30.")
    private String relation;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Kept in the audit.")
    private String reason;

    @Option(
            names = "--source",
            paramLabel = "URI",
            description = "In whose name: its later revisions count against this one. Default: the operators' own source.")
    private String source;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Wait so long for the outcome, and for the rebase; 0 is --no-wait. Default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    @Option(names = "--no-wait", description = "Return as soon as the event is in the log.")
    private boolean noWait;

    @Option(names = "--rebase", description = "Then write all live facts again at once, from the base model (see errata rebase).")
    private boolean rebase;

    @Override
    public Integer call() {
        boolean waits = !noWait && waitSeconds > 0;
        if (!waits && rebase) {
            throw new CliException(ExitCode.BAD_INPUT, "--rebase: with --no-wait or --wait 0 (expected: one of them)");
        }
        PrintWriter out = command.commandLine().getOut();
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("subject", subject).put("relation", relation).put("reason", reason);
        if (source != null) {
            body.put("source", source);
        }
        if (!waits) {
            JsonNode event = service.client().post(new ServiceClient.Target("/retract"), body).path("event");
            out.println("published " + event.path("source").asText() + " " + event.path("id").asText());
            return 0;
        }
        JsonNode answer = done("/retract", body);
        JsonNode fate = answer.path("outcome").path("fate");
        if (!fate.path("kind").asText().equals("applied")) {
            out.println((fate.path("kind").asText() + " " + OutcomesCommand.because(fate)).strip());
            return ExitCode.FAILED;
        }
        out.println("version " + fate.path("version").asLong() + " no longer claims \"" + answer.path("object").asText() + "\" for "
                + subject + " / " + relation);
        if (rebase) {
            out.flush();
            JsonNode version = done("/rebase", JsonNodeFactory.instance.objectNode().put("reason", reason)).path("version");
            out.println(RebaseCommand.told(version));
        }
        return 0;
    }

    private JsonNode done(String path, ObjectNode body) {
        ServiceClient.Target target = new ServiceClient.Target(path).with("wait", waitSeconds);
        return service.client().post(target, body, Duration.ofSeconds(waitSeconds));
    }
}
