package dev.errata.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code errata facts}: what can be done with facts. */
@Command(name = "facts", description = "Publish fact changes.", subcommands = PublishCommand.class)
final class FactsCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "a command is missing: publish");
    }
}
