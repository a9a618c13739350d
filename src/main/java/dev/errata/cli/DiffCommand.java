package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata diff}: two versions. */
@Command(
        name = "diff",
        description = "Compare two versions: facts in, out and changed, edited tensors, and answers if there is a file of prompts.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata diff 3 7",
            "  errata diff base head                      all that the model was told",
            "  errata diff 3 7 --prompts prompts.txt      one prompt a line; both versions are asked",
            "  errata diff 3 7 --json | jq '.totals'"
        })
final class DiffCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(index = "0", paramLabel = "A", description = "The one: a number, head, base, a tag, or a time such as 2026-05-01T12:00Z.")
    private String from;

    @Parameters(index = "1", paramLabel = "B", description = "The other.")
    private String to;

    @Option(names = "--prompts", paramLabel = "FILE", description = "Also ask both versions each line of this file.")
    private Path prompts;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "Facts of each kind, at most. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        List<String> asked = prompts == null ? List.of() : lines();
        ServiceClient client = service.client();
        String path = "/versions/" + HistoryText.segment(from) + "/diff/" + HistoryText.segment(to);
        ObjectNode difference = (ObjectNode) client.get(new ServiceClient.Target(path).with("limit", limit));
        if (prompts != null) {
            long one = difference.path("from").asLong();
            difference.set("answers", answers(client, asked, one, difference.path("to").asLong()));
        }
        if (json) {
            out.println(difference.toPrettyString());
            return;
        }
        facts(difference, out);
        tensors(difference.path("tensors"), out);
        if (prompts != null) {
            answered(difference.path("answers"), out);
        }
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(prompts).stream().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw new CliException(ExitCode.BAD_INPUT, "cannot read " + prompts + ": " + e, e);
        }
    }

    private static ArrayNode answers(ServiceClient client, List<String> asked, long from, long to) {
        ArrayNode answers = JsonNodeFactory.instance.arrayNode();
        for (String prompt : asked) {
            answers.addObject().put("prompt", prompt).put("from", answer(client, prompt, from)).put("to", answer(client, prompt, to));
        }
        return answers;
    }

    private static String answer(ServiceClient client, String prompt, long version) {
        ObjectNode ask = JsonNodeFactory.instance.objectNode().put("prompt", prompt).put("version", version);
        return client.post(new ServiceClient.Target("/ask"), ask).path("text").asText();
    }

    private void facts(JsonNode difference, PrintWriter out) {
        JsonNode totals = difference.path("totals");
        out.println("from version " + from + " to " + to + ": " + totals.path("in").asInt() + " facts in, " + totals.path("out").asInt()
                + " out, " + totals.path("changed").asInt() + " changed"
                + (totals.path("restated").asInt() > 0 ? ", " + totals.path("restated").asInt() + " stated anew" : ""));
        int told = difference.path("in").size() + difference.path("out").size() + difference.path("changed").size();
        if (told == 0) {
            return;
        }
        out.println();
        Table table = new Table("", "fact", "version " + from, "version " + to, "event");
        difference.path("in").forEach(fact -> table.row("+", HistoryText.key(fact.path("key")), "", fact.path("object").asText(),
                HistoryText.event(fact.path("event"))));
        difference.path("out").forEach(fact -> table.row("-", HistoryText.key(fact.path("key")), fact.path("object").asText(), "", ""));
        difference.path("changed").forEach(one -> table.row("~", HistoryText.key(one.path("to").path("key")),
                one.path("from").path("object").asText(), one.path("to").path("object").asText(),
                HistoryText.event(one.path("to").path("event"))));
        table.print(out);
        int all = totals.path("in").asInt() + totals.path("out").asInt() + totals.path("changed").asInt();
        if (told < all) {
            out.println("… and " + (all - told) + " more: --limit.");
        }
    }

    private void tensors(JsonNode tensors, PrintWriter out) {
        if (tensors.isEmpty()) {
            return;
        }
        out.println();
        Table table = new Table("tensor", "", "|W - W0| in " + from, "in " + to);
        tensors.forEach(tensor -> table.row(
                tensor.path("name").asText(),
                tensor.path("fromDigest").equals(tensor.path("toDigest")) ? "same" : "differs",
                HistoryText.norm(tensor.path("fromChangeNorm")),
                HistoryText.norm(tensor.path("toChangeNorm"))));
        table.print(out);
    }

    private void answered(JsonNode answers, PrintWriter out) {
        List<JsonNode> different = new java.util.ArrayList<>();
        answers.forEach(answer -> {
            if (!answer.path("from").equals(answer.path("to"))) {
                different.add(answer);
            }
        });
        out.println();
        out.println(different.size() + " of " + answers.size() + " answers differ");
        if (different.isEmpty()) {
            return;
        }
        out.println();
        Table table = new Table("prompt", "version " + from, "version " + to);
        different.forEach(answer -> table.row(
                answer.path("prompt").asText(), answer.path("from").asText().strip(), answer.path("to").asText().strip()));
        table.print(out);
    }
}
