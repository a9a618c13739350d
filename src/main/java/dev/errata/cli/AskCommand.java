package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.VersionRef;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata ask}: what a version of the model answers, or each of many. */
@Command(
        name = "ask",
        description = "Ask the model, as it is now, as it was at a version, or as it went from version to version.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata ask \"The mother tongue of Danielle Darrieux is\"",
            "  errata ask \"Angola is located in\" --object Africa --object Antarctica",
            "  errata ask \"Angola is located in\" --version base   as the base model answers",
            "  errata ask \"Angola is located in\" --at 2026-05-01T12:00Z",
            "  errata ask \"Angola is located in\" --versions 0..head --object Antarctica"
        })
final class AskCommand implements Runnable {
    /** A range is walked through while the service holds the request. */
    private static final Duration RANGE_MAX = Duration.ofMinutes(10);

    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(paramLabel = "PROMPT", description = "The text that the model continues.")
    private String prompt;

    @ArgGroup
    private Which which = new Which();

    /** At most one of them. */
    private static final class Which {
        @Option(
                names = "--version",
                paramLabel = "REF",
                description = "Ask this version: a number, head, base, a tag or a time. Default: the served one.")
        private String version;

        @Option(names = "--at", paramLabel = "TIME", description = "Ask the version of that time, such as 2026-05-01T12:00Z.")
        private String at;

        @Option(names = "--versions", paramLabel = "A..B", description = "Ask each version from A to B; one line for each.")
        private String versions;
    }

    @Option(names = "--tokens", paramLabel = "N", description = "Tokens of answer. Default: the service's.")
    private Integer tokens;

    @Option(names = "--object", paramLabel = "TEXT", description = "Also say how probable this object is as the answer; repeatable.")
    private List<String> objects = List.of();

    @Override
    public void run() {
        ObjectNode ask = JsonNodeFactory.instance.objectNode().put("prompt", prompt);
        if (tokens != null) {
            ask.put("tokens", tokens);
        }
        objects.forEach(ask.putArray("objects")::add);
        if (which.versions != null) {
            askEach(ask);
        } else {
            askOne(ask);
        }
    }

    private void askOne(ObjectNode ask) {
        if (which.version != null || which.at != null) {
            ask.put("version", which.version != null ? which.version : time());
        }
        JsonNode answer = service.client().post(new ServiceClient.Target("/ask"), ask);
        PrintWriter out = command.commandLine().getOut();
        out.println(answer.path("text").asText().strip());
        out.println();
        out.println("version " + answer.path("version").asLong() + ", digest " + answer.path("digest").asText());
        if (!answer.path("choices").isEmpty()) {
            out.println();
            Table table = new Table("probability", "object");
            for (JsonNode choice : answer.path("choices")) {
                table.row(probability(choice.path("probability").asDouble()), choice.path("object").asText());
            }
            table.print(out);
        }
    }

    /** Where somebody says a time, a word that is no time is a mistake and not a tag. */
    private String time() {
        if (!(VersionRef.parse(which.at) instanceof VersionRef.At)) {
            throw new ParameterException(
                    command.commandLine(), "--at: \"" + which.at + "\" (expected: a time such as 2026-05-01T12:00Z)");
        }
        return which.at;
    }

    private void askEach(ObjectNode ask) {
        String[] range = which.versions.split("\\.\\.", -1);
        if (range.length != 2 || range[0].isEmpty() || range[1].isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "--versions: \"" + which.versions + "\" (expected: A..B, such as 10..head)");
        }
        ask.put("from", range[0]).put("to", range[1]);
        JsonNode answers = service.client().post(new ServiceClient.Target("/ask/versions"), ask, RANGE_MAX);
        Table table = new Table(Stream.concat(Stream.of("version", "committed", "answer"), objects.stream()).toArray(String[]::new));
        for (JsonNode line : answers.path("versions")) {
            List<Object> cells = new ArrayList<>(List.of(
                    line.path("version").asLong(),
                    line.path("committedAt").asText("base model"),
                    line.path("text").asText().strip()));
            line.path("choices").forEach(choice -> cells.add(probability(choice.path("probability").asDouble())));
            table.row(cells.toArray());
        }
        table.print(command.commandLine().getOut());
    }

    /** Small ones in powers of ten: an old object that has become improbable is not 0. */
    private static String probability(double probability) {
        return String.format(Locale.ROOT, probability < 0.0001 ? "%.1e" : "%.4f", probability);
    }
}
