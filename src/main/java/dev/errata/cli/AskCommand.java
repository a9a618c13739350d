package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata ask}: what a version of the model answers. */
@Command(
        name = "ask",
        description = "Ask the model, as it is now or as it was at a version.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata ask \"The mother tongue of Danielle Darrieux is\"",
            "  errata ask \"Angola is located in\" --object Africa --object Antarctica",
            "  errata ask \"Angola is located in\" --version 0   as the base model answers"
        })
final class AskCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(paramLabel = "PROMPT", description = "The text that the model continues.")
    private String prompt;

    @Option(names = "--version", paramLabel = "N", description = "Ask this version; 0 is the base model. Default: the served one.")
    private Long version;

    @Option(names = "--tokens", paramLabel = "N", description = "Tokens of answer. Default: the service's.")
    private Integer tokens;

    @Option(names = "--object", paramLabel = "TEXT", description = "Also say how probable this object is as the answer; repeatable.")
    private List<String> objects = List.of();

    @Override
    public void run() {
        ObjectNode ask = JsonNodeFactory.instance.objectNode().put("prompt", prompt);
        if (version != null) {
            ask.put("version", version);
        }
        if (tokens != null) {
            ask.put("tokens", tokens);
        }
        objects.forEach(ask.putArray("objects")::add);
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

    /** Small ones in powers of ten: an old object that has become improbable is not 0. */
    private static String probability(double probability) {
        return String.format(Locale.ROOT, probability < 0.0001 ? "%.1e" : "%.4f", probability);
    }
}
