package dev.errata.cli;

import dev.errata.cli.demo.DemoCommand;
import dev.errata.failure.ErrataException;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code errata}: where the process starts. */
@QuarkusMain
@Command(
        name = "errata",
        description = "Streams corrections of fact into the weights of a language model.",
        subcommands = {
            ServeCommand.class,
            DemoCommand.class,
            FactsCommand.class,
            AskCommand.class,
            VersionsCommand.class,
            LogCommand.class,
            ShowCommand.class,
            DiffCommand.class,
            WhyCommand.class,
            RollbackCommand.class,
            RetractCommand.class,
            BranchCommand.class,
            RebaseCommand.class,
            ReleaseCommand.class,
            RejectCommand.class,
            TagCommand.class,
            TagsCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            AuditCommand.class,
            OutcomesCommand.class,
            DlqCommand.class,
            StatusCommand.class,
            EditCommand.class,
            BenchCommand.class,
            TuneCommand.class,
            VerifyCommand.class,
            ExportCommand.class,
            ApplyCommand.class,
            SimulateCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  errata demo                             see the whole path, needs nothing",
            "  errata serve                            run the service",
            "  errata facts publish changes.jsonl      tell it what has changed",
            "  errata ask \"The capital of France is\"   ask the model as it is now",
            "  errata edit facts.json --model DIR      edit a model's files, without service or log",
            "",
            "'errata COMMAND --help' says more about each. Exit codes: 0 done, 1 failed,",
            "2 bad command line or input, 3 no service or broker answers,",
            "4 the service does not know you, or you may not do this."
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Show this help.")
    private boolean help;

    @Option(names = {"-v", "--verbose"}, scope = ScopeType.INHERIT, description = "Show stack traces of failures.")
    private boolean verbose;

    public static void main(String[] args) {
        System.exit(commandLine().setOut(utf8(System.out)).setErr(utf8(System.err)).execute(args));
    }

    /** Facts are in all languages, also where the locale is C. */
    private static PrintWriter utf8(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    public static CommandLine commandLine() {
        Main main = new Main();
        return new CommandLine(main)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::misused)
                .setExecutionExceptionHandler((failure, line, parsed) -> main.failed(failure, line.getErr()));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    boolean verbose() {
        return verbose;
    }

    private static int misused(ParameterException misuse, String[] args) {
        CommandLine line = misuse.getCommandLine();
        line.getErr().println("errata: " + misuse.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(misuse, line.getErr());
        line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.BAD_INPUT;
    }

    private int failed(Exception failure, PrintWriter err) {
        int exitCode = ExitCode.FAILED;
        String message = failure.toString();
        if (failure instanceof CliException told) {
            exitCode = told.exitCode();
            message = told.getMessage();
        } else if (failure instanceof ErrataException coded) {
            exitCode = ExitCode.of(coded.failure());
            message = coded.failure() + ": " + coded.getMessage();
        }
        err.println("errata: " + message);
        if (verbose) {
            failure.printStackTrace(err);
        }
        return exitCode;
    }
}
