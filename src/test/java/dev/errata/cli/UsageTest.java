package dev.errata.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UsageTest {
    static List<String> commands() {
        List<String> names = new ArrayList<>(Main.commandLine().getSubcommands().keySet());
        names.remove("demo");
        names.remove("facts");
        names.add("facts publish");
        names.add("dlq list");
        names.add("dlq retry");
        return names;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldExplainItselfWithExamplesWhenAskedForHelp(String command) {
        Ran ran = Ran.errata((command + " --help").split(" "));

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains("Usage: errata " + command, "Examples:", "-h, --help");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void shouldListEveryCommandWhenAskedForHelp() {
        Ran ran = Ran.errata("--help");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).contains(Main.commandLine().getSubcommands().keySet()).contains("Exit codes:");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "facts", "nonsense", "ask", "ask a b", "rollback", "retract a", "branch b", "tag a", "release", "reject x",
        "ask a --nonsense", "ask a --url nonsense", "ask a --url ftp://x",
        "log --limit 0", "show", "show 1 2", "diff 1", "why",
        "dlq", "dlq retry", "dlq retry --all --code X",
        "simulate --schedules 0", "simulate --trace", "simulate --planted no_fencing", "simulate --seed 1 --planted nonsense",
        "verify nonsense", "verify --json", "export", "export head", "export head --out x --format nonsense", "apply", "apply x --model y"
    })
    void shouldSayHowToGetHelpWhenMisused(String arguments) {
        Ran ran = Ran.errata(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("errata: ").contains("--help'.");
    }

    @Test
    void shouldHaveADescriptionForEveryOption() {
        for (CommandLine command : everyCommand(Main.commandLine())) {
            assertThat(command.getCommandSpec().options()).allSatisfy(option -> assertThat(option.description()).isNotEmpty());
        }
    }

    private static List<CommandLine> everyCommand(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(below -> all.addAll(everyCommand(below)));
        return all;
    }
}
