package dev.errata.kills;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** One life of a process, from its start to its SIGKILL. One thread. */
final class Life implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int TAIL = 40;
    private static final List<String> SHORT_LIVED = List.of(
            "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

    private final Process process;
    private final Path output;

    /** @param within words that stand before the command, for a process that shall live within something */
    Life(Class<?> main, Path output, Map<String, Object> properties, List<String> within) {
        List<String> command = new ArrayList<>(within);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SHORT_LIVED);
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        try {
            this.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.output = output;
    }

    /** What it has said. */
    List<String> lines() {
        try {
            return Files.exists(output) ? new String(Files.readAllBytes(output), StandardCharsets.UTF_8).lines().toList() : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has said after this word. */
    List<String> said(String word) {
        return lines().stream().filter(line -> line.startsWith(word)).map(line -> line.substring(word.length())).toList();
    }

    /** Returns when a line with these words is there. */
    void await(String words) {
        await("a line with \"" + words + "\"", () -> lines().stream().anyMatch(line -> line.contains(words)));
    }

    private void await(String what, BooleanSupplier seen) {
        until(PATIENCE, seen, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the process has ended (expected: " + what + ")\n" + tail());
            }
            return what + "\n" + tail();
        });
    }

    /** What is missing, for whoever waits in vain; may give up at once. */
    interface Missing {
        String words();
    }

    static void until(Duration patience, BooleanSupplier seen, Missing missing) {
        long end = System.nanoTime() + patience.toNanos();
        while (!seen.getAsBoolean()) {
            String words = missing.words();
            if (System.nanoTime() > end) {
                throw new AssertionError("not seen within " + patience + " (expected: " + words + ")");
            }
            pause(Duration.ofMillis(20));
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Lets a process that has stopped at its step go on. */
    void go() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a signal by its name. */
    void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
            if (code != 0) {
                throw new AssertionError("kill -" + name + ": " + code + " (expected: 0)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    String tail() {
        List<String> lines = lines();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
