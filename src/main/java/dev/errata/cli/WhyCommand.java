package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata why}: who said so. */
@Command(
        name = "why",
        description = {
            "Show which event, from which source, in which batch and version wrote what the model claims of a subject;",
            "what it replaced, all that was claimed before, and who took out what is claimed no longer."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata why \"Eiffel Tower\"",
            "  errata why \"Eiffel Tower\" P131",
            "  errata why \"Eiffel Tower\" --json | jq '.keys[].live.fact.event'",
            "Exit code 1 when nothing was ever claimed of it."
        })
final class WhyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(index = "0", paramLabel = "SUBJECT", description = "The subject.")
    private String subject;

    @Parameters(index = "1", paramLabel = "RELATION", arity = "0..1", description = "The relation's id. Default: every one.")
    private String relation;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        ServiceClient.Target target = new ServiceClient.Target("/why").with("subject", subject);
        JsonNode blame = service.client().get(relation == null ? target : target.with("relation", relation));
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(blame.toPrettyString());
        } else if (blame.path("keys").isEmpty()) {
            out.println("nothing was ever claimed of \"" + subject + "\"" + (relation == null ? "" : " under " + relation));
        } else {
            String gap = "";
            for (JsonNode key : blame.path("keys")) {
                out.print(gap);
                print(key, out);
                gap = System.lineSeparator();
            }
        }
        return blame.findValues("claims").stream().allMatch(JsonNode::isEmpty) ? ExitCode.FAILED : 0;
    }

    private static void print(JsonNode key, PrintWriter out) {
        out.println(HistoryText.key(key.path("key")) + ": "
                + (key.has("live") ? key.path("live").path("fact").path("object").asText() : "nothing is claimed"));
        if (key.has("live")) {
            live(key.path("live"), out);
        } else if (!key.path("claims").isEmpty()) {
            // A rollback brings an older claim back: the last to be written need not be the last that was live.
            List<JsonNode> endings = key.path("claims").findValues("ending");
            endings.stream().max(Comparator.comparing(ending -> ending.path("version").asLong())).ifPresent(
                    last -> out.println("  what was claimed last was " + HistoryText.ending(last)));
        }
        if (!key.path("claims").isEmpty()) {
            out.println();
            claims(key.path("claims"), out);
            long older = key.path("total").asLong() - key.path("claims").size();
            if (older > 0) {
                out.println("… and " + older + " earlier ones.");
            }
        }
        if (!key.path("unwritten").isEmpty()) {
            out.println();
            Table table = new Table("time", "not written", "event", "because");
            key.path("unwritten").forEach(change -> table.row(
                    HistoryText.time(change.path("at")), change.path("status").asText(), HistoryText.event(change.path("event")),
                    HistoryText.because(change)));
            table.print(out);
        }
    }

    private static void live(JsonNode claim, PrintWriter out) {
        JsonNode fact = claim.path("fact");
        out.println("  event   " + fact.path("event").path("id").asText() + " of " + HistoryText.time(claim.path("saidAt")));
        out.println("  source  " + fact.path("event").path("source").asText());
        out.println("  batch   " + claim.path("batch").asText());
        out.println("  version " + fact.path("version").asLong() + ", " + HistoryText.time(claim.path("committedAt")));
        if (claim.has("replaced")) {
            JsonNode old = claim.path("replaced");
            out.println("  instead of \"" + old.path("object").asText() + "\" of version " + old.path("version").asLong());
        } else if (claim.has("stated")) {
            out.println("  instead of \"" + claim.path("stated").asText() + "\", as its source says");
        }
    }

    private static void claims(JsonNode claims, PrintWriter out) {
        Table table = new Table("live", "object", "event", "then");
        for (JsonNode claim : claims) {
            for (JsonNode span : claim.path("spans")) {
                long since = span.path("since").asLong();
                JsonNode ending = span.path("ending");
                String until = ending.isMissingNode() ? "" : Long.toString(ending.path("version").asLong() - 1);
                table.row(
                        until.equals(Long.toString(since)) ? until : since + ".." + until,
                        claim.path("fact").path("object").asText(),
                        HistoryText.event(claim.path("fact").path("event")),
                        ending.isMissingNode() ? "" : HistoryText.ending(ending));
            }
        }
        table.print(out);
    }
}
