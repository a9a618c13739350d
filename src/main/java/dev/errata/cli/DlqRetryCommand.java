package dev.errata.cli;

import dev.errata.stream.DeadLetter;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code errata dlq retry}: dead letters back onto the facts topic. */
@Command(
        name = "retry",
        description = {
            "Put dead letters back onto the facts topic as they were received, with their history in headers.",
            "The letters stay where they are. An event counts once, so to put one back twice changes nothing; one that fails again becomes"
                    + " another letter, which tells how often it did."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata dlq retry --code FACT_TOO_LARGE",
            "  errata dlq retry --offset 17,18",
            "  errata dlq retry --all",
            "Exit code 1 when one of them cannot be put back."
        })
final class DlqRetryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private DlqOptions kafka;

    @ArgGroup(multiplicity = "1")
    private Wanted wanted;

    /** Which of them: one has to be said. */
    private static final class Wanted {
        @Option(names = "--all", required = true, description = "All of them.")
        private boolean all;

        @Option(names = "--code", required = true, paramLabel = "CODE", description = "Those with this code.")
        private String code;

        @Option(names = "--offset", required = true, paramLabel = "N,…", split = ",", description = "Those that 'dlq list' shows so.")
        private Set<Long> offsets;

        private boolean test(DeadLetter letter) {
            return all || letter.code().equals(code) || offsets != null && offsets.contains(letter.record().position().offset());
        }
    }

    @Override
    public Integer call() {
        PrintWriter err = command.commandLine().getErr();
        int[] kept = {0};
        int back = kafka.desk().retry(wanted::test, (letter, why) -> {
            kept[0]++;
            err.println("offset " + letter.record().position().offset() + " is not put back: " + why);
        });
        command.commandLine().getOut().println("put back " + back + " of " + (back + kept[0]) + " dead letters");
        return kept[0] == 0 ? 0 : ExitCode.FAILED;
    }
}
