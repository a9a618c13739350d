package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code errata log}: what happened. */
@Command(
        name = "log",
        description = "Show what happened to the model, newest first: versions, and fact changes that became part of none.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata log",
            "  errata log --subject \"Eiffel Tower\"",
            "  errata log --source urn:desk --status rejected --from 2026-05-01T00:00Z",
            "  errata log --limit 1000 --json | jq '.lines[] | select(.code)'"
        })
final class LogCommand implements Runnable {
    private static final int PAGE = 1000;

    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Option(names = "--subject", paramLabel = "TEXT", description = "Only what is about this subject.")
    private String subject;

    @Option(names = "--relation", paramLabel = "ID", description = "Only what is about this relation.")
    private String relation;

    @Option(names = "--source", paramLabel = "URI", description = "Only what came of this source's events.")
    private String source;

    @Option(names = "--from", paramLabel = "TIME", description = "The earliest time, as 2026-05-01T12:00Z.")
    private String from;

    @Option(names = "--to", paramLabel = "TIME", description = "The first time that is not wanted any more.")
    private String to;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            split = ",",
            description = {
                "edited, rebased, rolledBack (versions); applied, superseded, duplicate, rejected (fact changes).",
                "Default: all but applied."
            })
    private List<String> statuses = List.of();

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "How many at most. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
        if (limit < 1) {
            throw new ParameterException(command.commandLine(), "--limit: " + limit + " (expected: 1 or more)");
        }
        PrintWriter out = command.commandLine().getOut();
        ObjectNode log = read(service.client());
        if (json) {
            out.println(log.toPrettyString());
            return;
        }
        if (log.path("lines").isEmpty()) {
            out.println("nothing");
            return;
        }
        Table table = new Table("time", "status", "version", "what");
        log.path("lines").forEach(line -> {
            if (line.path("kind").asText().equals("version")) {
                table.row(
                        HistoryText.time(line.path("committedAt")), line.path("status").asText(), line.path("version").asLong(),
                        HistoryText.change(line));
            } else {
                String version = line.has("version") ? line.path("version").asText() : "-";
                table.row(HistoryText.time(line.path("at")), line.path("status").asText(), version, change(line));
            }
        });
        table.print(out);
        if (log.has("next")) {
            out.println();
            out.println("There is more: --limit.");
        }
    }

    private static String change(JsonNode line) {
        String because = HistoryText.because(line);
        return HistoryText.key(line.path("key")) + ", " + HistoryText.event(line.path("event"))
                + (because.isEmpty() ? "" : "; " + because);
    }

    /** As many pages as are wanted, as one. */
    private ObjectNode read(ServiceClient client) {
        ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        JsonNode page = null;
        while (lines.size() < limit && (page == null || page.has("next"))) {
            page = client.get(target(Math.min(PAGE, limit - lines.size()), page));
            page.path("lines").forEach(lines::add);
        }
        ObjectNode log = JsonNodeFactory.instance.objectNode().set("lines", lines);
        return page.has("next") ? log.put("next", page.path("next").asText()) : log;
    }

    private ServiceClient.Target target(int most, JsonNode before) {
        ServiceClient.Target target = new ServiceClient.Target("/log").with("limit", most);
        with(target, "subject", subject);
        with(target, "relation", relation);
        with(target, "source", source);
        with(target, "from", from);
        with(target, "to", to);
        statuses.forEach(status -> target.with("status", status));
        with(target, "before", before == null ? null : before.path("next").asText());
        return target;
    }

    private static void with(ServiceClient.Target target, String name, String value) {
        if (value != null) {
            target.with(name, value);
        }
    }
}
