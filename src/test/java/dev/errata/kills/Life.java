package dev.errata.kills;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One life of a process, from its start to its SIGKILL, and what it has said in it.
 *
 * <h2>Thread safety</h2> One thread; another one listens to the process.
 */
final class Life implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int TAIL = 40;
    private static final List<String> SHORT_LIVED = List.of(
            "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

    /** @param nanos when it was heard, by {@link System#nanoTime} */
    record Line(long nanos, String text) {}

    private final Process process;
    private final Thread listener;
    private final List<Line> heard = new ArrayList<>();

    /** @param within words that stand before the command, for a process that shall live within something */
    Life(Class<?> main, Map<String, Object> properties, List<String> within) {
        List<String> command = new ArrayList<>(within);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SHORT_LIVED);
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        try {
            this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.listener = new Thread(this::listen, main.getSimpleName() + "-" + pid());
        listener.start();
    }

    private void listen() {
        try (BufferedReader output = process.inputReader()) {
            for (String text = output.readLine(); text != null; text = output.readLine()) {
                synchronized (heard) {
                    heard.add(new Line(System.nanoTime(), text));
                }
            }
        } catch (IOException e) {
            synchronized (heard) {
                heard.add(new Line(System.nanoTime(), "no more to be heard: " + e));
            }
        }
    }

    private List<Line> heard() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    /** What it has said after this word. */
    List<String> said(String word) {
        return said(word, Long.MIN_VALUE).stream().map(Line::text).toList();
    }

    /** The same with its time, from a time on. */
    List<Line> said(String word, long since) {
        return heard().stream()
                .filter(line -> line.text().startsWith(word) && line.nanos() >= since)
                .map(line -> new Line(line.nanos(), line.text().substring(word.length())))
                .toList();
    }

    boolean hasSaid(String words) {
        return heard().stream().anyMatch(line -> line.text().startsWith(words));
    }

    /** Returns when it has said a line that begins with these words. */
    void await(String words) {
        until(PATIENCE, () -> hasSaid(words), () -> {
            String expected = "a line \"" + words + "\"\n" + tail();
            if (!process.isAlive()) {
                throw new AssertionError("the process has ended (expected: " + expected + ")");
            }
            return expected;
        });
    }

    /** @param missing is asked again and again what is missing, and may give up at once */
    static void until(Duration patience, BooleanSupplier seen, Supplier<String> missing) {
        long end = System.nanoTime() + patience.toNanos();
        while (!seen.getAsBoolean()) {
            String words = missing.get();
            if (System.nanoTime() > end) {
                throw new AssertionError("not seen within " + patience + " (expected: " + words + ")");
            }
            pause(LOOK);
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
            throw interrupted(e);
        }
    }

    /** SIGKILL; returns when the process is gone and all that it said was heard. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
            listener.join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    String tail() {
        List<String> lines = heard().stream().map(Line::text).toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }

    @Override
    public void close() {
        kill();
    }
}
