package dev.errata.cli;

import dev.errata.failure.ErrataException;
import dev.errata.stream.Audience;
import dev.errata.stream.FactEvent;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code errata facts publish}: a file of fact changes into the log. */
@Command(
        name = "publish",
        description = {
            "Publish the fact changes of a file: all of them, or none when any is bad.",
            "One JSON object on a line, or one JSON array. Fields: subject, relation, prompt (with {} for the subject), object, and as"
                    + " far as wanted previousObject, revision, paraphrases, neighbors, kind (asserted or retracted), source, id, time,"
                    + " errataline (names of lines)."
                    + " Records of CounterFact are recognised.",
            "A change without an id gets one from its source and content: publishing a file twice changes nothing. To state a fact again"
                    + " after it was changed to another, give it an id, a revision or a time."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata facts publish changes.jsonl",
            "  errata facts publish counterfact.json --source urn:counterfact",
            "  errata facts publish trial.jsonl --line b       for line b alone (errata branch)",
            "  errata facts publish - --bootstrap-servers localhost:9092 <<'END'",
            "  {\"subject\": \"Oman\", \"relation\": \"P30\", \"object\": \"Asia\", \"prompt\": \"{} is in\"}",
            "  END"
        })
final class PublishCommand implements Runnable {
    /** Well below what a request may hold by default. */
    static final int CHUNK = 200;

    @Spec
    private CommandSpec command;

    @Mixin
    private ServiceOptions service;

    @Parameters(paramLabel = "FILE", description = "The file; - reads standard input.")
    private String file;

    @Option(
            names = "--source",
            paramLabel = "URI",
            defaultValue = "urn:errata:cli",
            description = "CloudEvents source of changes that name none. Default: ${DEFAULT-VALUE}.")
    private String source;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Publish straight to Kafka instead of by REST, to the topic below errata.topics.prefix.")
    private String bootstrapServers;

    @Option(
            names = "--line",
            paramLabel = "NAME,…",
            split = ",",
            description = "Changes that name no line are for these lines alone. Default: for every line that shares the topics.")
    private List<String> lines = List.of();

    @Option(names = "--skip-bad", description = "Publish the good ones although some are bad.")
    private boolean skipBad;

    @Option(names = "--ids", description = "Print source and id of every change, with a tab between them.")
    private boolean ids;

    @Override
    public void run() {
        FactFile facts = FactInput.read(file, source);
        FactInput.tell(facts.bad(), command.commandLine().getErr());
        if (!facts.bad().isEmpty() && !skipBad) {
            throw new CliException(
                    ExitCode.BAD_INPUT, "nothing was published: " + facts.bad().size() + " bad (--skip-bad leaves them out)");
        }
        Audience audience = Audience.of(lines);
        PrintWriter out = command.commandLine().getOut();
        try (FactSink sink = bootstrapServers == null ? new RestSink(service.client()) : KafkaSink.to(bootstrapServers)) {
            publish(facts.changes(), audience, sink);
        }
        if (ids) {
            facts.changes().stream().map(changed -> changed.change().event()).forEach(id -> out.println(id.source() + "\t" + id.id()));
        } else {
            out.println("published " + facts.changes().size() + " of " + (facts.changes().size() + facts.bad().size()) + " fact changes");
        }
    }

    private void publish(List<FactFile.Change> changes, Audience audience, FactSink sink) {
        for (int from = 0; from < changes.size(); from += CHUNK) {
            List<FactFile.Change> chunk = changes.subList(from, Math.min(from + CHUNK, changes.size()));
            try {
                sink.publish(chunk.stream().map(one -> to(audience, one.event())).toList());
            } catch (ServiceProblem e) {
                e.items().forEach(item -> command.commandLine().getErr().println(
                        "line " + chunk.get(item.index()).line() + ": " + item.code() + ": " + item.detail()));
                throw stopped(from, changes.size(), e);
            } catch (CliException e) {
                throw stopped(from, changes.size(), e);
            } catch (ErrataException e) {
                throw stopped(from, changes.size(), new CliException(ExitCode.of(e.failure()), e.failure() + ": " + e.getMessage(), e));
            }
        }
    }

    private static FactEvent to(Audience audience, FactEvent event) {
        return event.audience().isEveryLine() ? new FactEvent(event.change(), audience) : event;
    }

    private static CliException stopped(int published, int all, CliException cause) {
        String told = published == 0
                ? cause.getMessage()
                : cause.getMessage() + " (after " + published + " of " + all + " were published; publishing the file again is safe)";
        return new CliException(cause.exitCode(), told, cause);
    }
}
