package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.errata.evaluation.Scores;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata versions}: the history of the model. */
@Command(
        name = "versions",
        description = "List every version of the model, or show one in full.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata versions",
            "  errata versions 3                    the whole record of version 3, as JSON",
            "  errata versions --json | jq '.versions[-1].digest'"
        })
final class VersionsCommand implements Runnable {
    private static final int PAGE = 500;

    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(paramLabel = "N", arity = "0..1", description = "Show this version's record and evaluation, as JSON.")
    private Long number;

    @Option(names = "--from", paramLabel = "N", defaultValue = "1", description = "List from this version on. Default: ${DEFAULT-VALUE}.")
    private long from;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        ServiceClient client = service.client();
        if (number != null) {
            out.println(client.get(new ServiceClient.Target("/versions/" + number)).toPrettyString());
            return;
        }
        JsonNode history = history(client);
        if (json) {
            out.println(history.toPrettyString());
        } else {
            print(history, out);
        }
    }

    /** All pages as one. */
    private JsonNode history(ServiceClient client) {
        ArrayNode versions = JsonNodeFactory.instance.arrayNode();
        JsonNode page;
        do {
            long next = versions.isEmpty() ? from : versions.get(versions.size() - 1).path("number").asLong() + 1;
            page = client.get(new ServiceClient.Target("/versions").with("from", next).with("limit", PAGE));
            page.path("versions").forEach(versions::add);
        } while (page.path("versions").size() == PAGE);
        return JsonNodeFactory.instance
                .objectNode()
                .put("model", page.path("model").asText())
                .put("head", page.path("head").asLong())
                .set("versions", versions);
    }

    private static void print(JsonNode history, PrintWriter out) {
        out.println("model " + history.path("model").asText() + ", head " + history.path("head").asLong());
        if (history.path("versions").isEmpty()) {
            return;
        }
        out.println();
        Table table = new Table("version", "committed", "change", "efficacy", "paraphrase", "neighborhood", "digest");
        for (JsonNode version : history.path("versions")) {
            table.row(
                    version.path("number").asLong(),
                    HistoryText.time(version.path("committedAt")),
                    change(version),
                    percent(version, Scores.EFFICACY_SUCCESS),
                    percent(version, Scores.PARAPHRASE_SUCCESS),
                    percent(version, Scores.NEIGHBORHOOD_SUCCESS),
                    HistoryText.digest(version.path("digest")));
        }
        table.print(out);
        out.println();
        out.println("Scores are success: the new object more probable than the previous one (neighborhood: the other way round).");
    }

    private static String change(JsonNode version) {
        String change = switch (version.path("kind").asText()) {
            case "rolledBack" -> "back to " + version.path("to").asLong();
            case "rebased" -> "rebased";
            default -> version.path("written").asInt() + " written, " + version.path("removed").asInt() + " removed";
        };
        return change + (version.has("held") ? ", held" : "");
    }

    private static String percent(JsonNode version, String score) {
        JsonNode percent = version.path("scores").path(score).path("percent");
        return percent.isMissingNode() ? "-" : String.format(Locale.ROOT, "%.1f %%", percent.asDouble());
    }
}
