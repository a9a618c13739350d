package dev.errata.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.stream.DeadLetter;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errata dlq list}: one dead letter a line, as they come, however many there are. */
@Command(
        name = "list",
        description = {
            "List dead letters: offset, how often the record was given up, code, where it lay, reason.",
            "The value is shown with --json alone, as it was received; it may hold anything."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  errata dlq list", "  errata dlq list --code FACT_UNREADABLE --json"})
final class DlqListCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private DlqOptions kafka;

    @Option(names = "--code", paramLabel = "CODE", description = "Only letters with this code.")
    private String code;

    @Option(names = "--json", description = "Print a JSON object for each.")
    private boolean json;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        kafka.desk().forEach(letter -> {
            if (code == null || letter.code().equals(code)) {
                out.println(json ? object(letter).toString() : line(letter));
            }
        });
    }

    private static String line(DeadLetter letter) {
        String place = letter.told("partition").orElse("?") + "@" + letter.told("offset").orElse("?");
        String first = letter.attempts() == 1
                ? ""
                : " (" + letter.attempts() + " times, first " + letter.told("first-time").orElse("?") + ": "
                        + letter.told("first-code").orElse("?") + ")";
        return letter.record().position().offset() + "  " + letter.told("time").orElse("?") + "  " + letter.code() + "  "
                + letter.told("topic").orElse("?") + " " + place + "  " + letter.reason() + first;
    }

    private static ObjectNode object(DeadLetter letter) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("offset", letter.record().position().offset()).put("code", letter.code()).put("reason", letter.reason());
        object.put("attempts", letter.attempts());
        for (String name : new String[] {"time", "topic", "partition", "first-time", "first-code", "first-reason", "bytes"}) {
            letter.told(name).ifPresent(text -> object.put(name, text));
        }
        letter.told("offset").ifPresent(offset -> object.put("record-offset", offset));
        object.put("key", letter.record().key()).put("value", letter.record().value());
        return object;
    }
}
