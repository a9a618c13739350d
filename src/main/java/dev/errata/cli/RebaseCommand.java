package dev.errata.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code errata rebase}: log compaction for weights. */
@Command(
        name = "rebase",
        description = {
            "Write all live facts again at once, from the base model: compaction for weights.",
            "What is live stays live. The new version's parent is the base, so who starts later replays one delta. It is held when it"
                    + " scores worse than errata.gate.max-rebase-loss allows."
        },
        footerHeading = "%nExamples:%n",
        footer = "  errata rebase --reason \"a thousand versions\"")
final class RebaseCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Mixin
    private RequestOptions request;

    @Override
    public void run() {
        PrintWriter out = command.commandLine().getOut();
        request.ask("/rebase", JsonNodeFactory.instance.objectNode(), id -> out.println("requested " + id))
                .ifPresent(version -> out.println(told(version)));
    }

    /** What came of it, in a line. */
    static String told(JsonNode version) {
        String number = "version " + version.path("number").asLong();
        if (version.path("kind").asText().equals("rolledBack")) {
            return number + " is the base model again: no fact is live";
        }
        String held = version.path("held").path("message").asText();
        return number + " is rebased, digest " + version.path("digest").asText() + (held.isEmpty() ? "" : "; it is held: " + held);
    }
}
