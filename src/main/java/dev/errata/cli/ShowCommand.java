package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.fact.FactKey;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata show}: a version. */
@Command(
        name = "show",
        description = {
            "Show a version: the facts that it wrote with what they replaced, scores, norms, digests, the time of each phase,",
            "and the software and hyper-parameters that ran."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata show 3",
            "  errata show head",
            "  errata show 2026-05-01T12:00Z              the newest that was committed by then",
            "  errata show 3 --json | jq '.provenance'"
        })
final class ShowCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(paramLabel = "VERSION", description = "A number, head, a tag, or a time such as 2026-05-01T12:00Z.")
    private String version;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        JsonNode found = service.client().get(new ServiceClient.Target("/versions/" + HistoryText.segment(version)));
        if (json) {
            out.println(found.toPrettyString());
            return;
        }
        head(found, out);
        facts(found, out);
        measured(found.path("evaluation"), out);
        tensors(found, out);
        made(found.path("provenance"), out);
    }

    private static void head(JsonNode version, PrintWriter out) {
        JsonNode history = version.path("history");
        out.println("version " + version.path("number").asLong() + " of " + version.path("model").asText() + ", "
                + HistoryText.time(version.path("committedAt")) + (history.path("announced").asBoolean() ? "" : ", not announced"));
        out.println("digest " + version.path("digest").asText());
        out.println("parent " + version.path("parentDigest").asText());
        out.println("intent " + version.path("intent").asText());
        history.path("tags").forEach(tag -> out.println("tag " + tag.asText()));
        if (version.has("held")) {
            out.println("held: " + version.path("held").path("code").asText() + ": " + version.path("held").path("message").asText());
        }
        for (JsonNode operation : history.path("operations")) {
            out.println(operation.path("action").asText().toLowerCase(Locale.ROOT) + " by " + operation.path("by").path("name").asText()
                    + reason(operation.path("reason").asText()));
        }
        JsonNode change = version.path("change");
        if (change.path("kind").asText().equals("rolledBack")) {
            out.println("back to version " + change.path("to").asLong() + reason(change.path("reason").asText()));
        } else if (change.path("kind").asText().equals("rebased")) {
            out.println("rebased" + reason(change.path("reason").asText()) + ", after " + change.path("predecessor").asText());
        }
    }

    private static String reason(String text) {
        return text.isEmpty() ? "" : ": " + text;
    }

    private static void facts(JsonNode version, PrintWriter out) {
        JsonNode history = version.path("history");
        Map<String, JsonNode> replaced = new HashMap<>();
        history.path("replaced").forEach(fact -> replaced.put(HistoryText.key(fact.path("key")), fact));
        Table written = new Table("written", "object", "instead of", "event");
        for (JsonNode fact : version.path("change").path("in")) {
            // A key is in normal form and the record as its source spelled it; the two differ where that was not.
            String subject = fact.path("fact").path("subject").asText();
            String relation = fact.path("fact").path("relation").path("id").asText();
            JsonNode old = replaced.get(FactKey.of(subject, relation).toString());
            written.row(subject + " / " + relation, fact.path("fact").path("object").asText(), before(old, fact),
                    HistoryText.event(fact.path("event")));
        }
        print(written, version.path("change").path("in").size(), out);
        Table removed = new Table("removed", "object", "because");
        for (JsonNode one : history.path("removed")) {
            JsonNode fact = one.path("fact");
            removed.row(HistoryText.key(fact.path("key")), fact.path("object").asText(), HistoryText.ending(one.path("ending")));
        }
        print(removed, history.path("removed").size(), out);
        more(history.path("totals").path("removed").asLong() - history.path("removed").size(), out);
        Table returned = new Table("live again", "object", "of version");
        for (JsonNode fact : history.path("returned")) {
            returned.row(HistoryText.key(fact.path("key")), fact.path("object").asText(), fact.path("version").asLong());
        }
        print(returned, history.path("returned").size(), out);
        more(history.path("totals").path("returned").asLong() - history.path("returned").size(), out);
    }

    private static void more(long left, PrintWriter out) {
        if (left > 0) {
            out.println("… and " + left + " more: errata diff.");
        }
    }

    private static String before(JsonNode replaced, JsonNode fact) {
        if (replaced != null) {
            return replaced.path("object").asText() + " (version " + replaced.path("version").asLong() + ")";
        }
        return fact.has("previousObject") ? fact.path("previousObject").asText() + " (as its source says)" : "-";
    }

    private static void measured(JsonNode evaluation, PrintWriter out) {
        Table scores = new Table("score", "written", "earlier ones");
        JsonNode earlier = evaluation.path("retained").path("byName");
        evaluation.path("written").path("byName").properties().forEach(score -> scores.row(
                score.getKey(), percent(score.getValue()), percent(earlier.path(score.getKey()))));
        print(scores, evaluation.path("written").path("byName").size(), out);
        if (evaluation.has("drift")) {
            JsonNode drift = evaluation.path("drift");
            out.println();
            out.printf(Locale.ROOT, "perplexity %.2f (base %.2f), mean KL %.4f over %d tokens%n",
                    drift.path("perplexity").asDouble(), drift.path("basePerplexity").asDouble(), drift.path("meanKl").asDouble(),
                    drift.path("tokens").asInt());
        }
    }

    private static String percent(JsonNode score) {
        return score.isMissingNode() ? "-" : String.format(Locale.ROOT, "%.1f %% of %d", score.path("percent").asDouble(),
                score.path("prompts").asInt());
    }

    private static void tensors(JsonNode version, PrintWriter out) {
        JsonNode growth = version.path("evaluation").path("growth").path("tensors");
        Table table = new Table("tensor", "digest", "|W - W0|", "|W|", "|W0|");
        for (JsonNode tensor : version.path("tensors")) {
            JsonNode grown = growth.path(tensor.path("name").asText());
            boolean same = tensor.path("before").equals(tensor.path("after"));
            table.row(tensor.path("name").asText(), same ? "as before" : HistoryText.digest(tensor.path("after")),
                    HistoryText.norm(grown.path("changeNorm")), HistoryText.norm(grown.path("norm")),
                    HistoryText.norm(grown.path("baseNorm")));
        }
        print(table, version.path("tensors").size(), out);
    }

    private static void made(JsonNode provenance, PrintWriter out) {
        out.println();
        out.println("software " + provenance.path("software").asText());
        out.println("base " + provenance.path("base").asText());
        provenance.path("inputs").properties().forEach(input -> out.println(input.getKey() + " " + input.getValue().asText()));
        Table phases = new Table("phase", "seconds");
        provenance.path("seconds").properties().forEach(
                phase -> phases.row(phase.getKey(), String.format(Locale.ROOT, "%.3f", phase.getValue().asDouble())));
        print(phases, provenance.path("seconds").size(), out);
    }

    /** Nothing for a table without rows. */
    private static void print(Table table, int rows, PrintWriter out) {
        if (rows > 0) {
            out.println();
            table.print(out);
        }
    }
}
