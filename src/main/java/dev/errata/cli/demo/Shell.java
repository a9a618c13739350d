package dev.errata.cli.demo;

import dev.errata.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Runs errata's own commands, and shows them as a terminal would. */
record Shell(Screen screen) {
    /** @param out what it printed, errors too */
    record Ran(int exitCode, String out) {
        boolean says(String... words) {
            return exitCode == 0 && Arrays.stream(words).allMatch(out::contains);
        }
    }

    Ran run(String... arguments) {
        screen.say("$ ./errata %s", Arrays.stream(arguments).map(Shell::quoted).collect(Collectors.joining(" ")));
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text, true);
        int exitCode = Main.commandLine().setOut(out).setErr(out).execute(arguments);
        text.toString().lines().forEach(line -> screen.say("  %s", line));
        screen.say("");
        return new Ran(exitCode, text.toString());
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9._:/@-]+") ? argument : "\"" + argument + "\"";
    }
}
