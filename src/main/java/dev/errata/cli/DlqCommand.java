package dev.errata.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code errata dlq}: what became of records that were given up. */
@Command(
        name = "dlq",
        description = "Show dead letters, and put them back.",
        subcommands = {DlqListCommand.class, DlqRetryCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {"  errata dlq list", "  errata dlq retry --code FACT_TOO_LARGE"})
final class DlqCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "a command is missing: list, retry");
    }
}
