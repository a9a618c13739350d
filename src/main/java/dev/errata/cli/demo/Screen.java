package dev.errata.cli.demo;

import java.io.PrintWriter;
import java.util.Locale;

/** What the demo says: plain lines that read as well in a pipe, and checks that decide its exit code. */
final class Screen {
    private final PrintWriter out;
    private int step;
    private int broken;

    Screen(PrintWriter out) {
        this.out = out;
    }

    void step(String title) {
        step++;
        line("");
        line(step + ". " + title);
        line("   " + "-".repeat(title.length()));
    }

    void say(String format, Object... values) {
        line("   " + String.format(Locale.ROOT, format, values));
    }

    /** Something that must hold. */
    void check(boolean holds, String format, Object... values) {
        if (!holds) {
            broken++;
        }
        line((holds ? "   [ok]   " : "   [FAIL] ") + String.format(Locale.ROOT, format, values));
    }

    private void line(String text) {
        out.println(text);
        out.flush();
    }

    int broken() {
        return broken;
    }
}
