package dev.errata.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.cli.CliException;
import dev.errata.cli.ServiceClient;
import dev.errata.cli.ServiceClient.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One life of {@code errata serve}: a JVM of its own, from the packaged application, that can be killed. */
final class ServingProcess implements AutoCloseable {
    private static final Path APPLICATION = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final int TAIL = 40;

    /** Many small commits of several chunks each, and little work between them. */
    private static final Map<String, Object> SETTINGS = Map.of(
            "errata.covariance.max-tokens", 10000,
            "errata.batch.max-facts", 4,
            "errata.batch.max-age", "500ms",
            "errata.evaluation.tokens", 128,
            "errata.evaluation.retention", 2,
            "errata.limits.chunk-bytes", 16384);

    /** A process that lives for seconds is ready in a third of the time without a second compiler and without threads that spin. */
    private static final List<String> SHORT_LIVED = List.of(
            "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1");

    private final Process process;
    private final Path output;
    private final ServiceClient client;
    private final Thread orphan;

    /** @param options of {@code serve} */
    ServingProcess(Path output, int port, List<String> options) {
        if (!Files.exists(APPLICATION)) {
            throw new IllegalStateException(APPLICATION.toAbsolutePath() + " is not there (expected: after mvn package)");
        }
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(SHORT_LIVED);
        command.add("-Derrata.home=" + Path.of("").toAbsolutePath());
        SETTINGS.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-jar", APPLICATION.toString(), "serve", "--port", Integer.toString(port)));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("OPT_OUT_TRACKING", "true");
        try {
            this.process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.output = output;
        this.client = new ServiceClient(URI.create("http://127.0.0.1:" + port));
        // A test run that is broken off must not leave the process behind.
        this.orphan = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(orphan);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether every role has caught up.
     *
     * @throws AssertionError when the process has ended, with the end of what it said
     */
    boolean ready() {
        if (!process.isAlive()) {
            throw new AssertionError(
                    "the process ended with " + process.exitValue() + " (expected: it serves until it is killed)\n" + tail());
        }
        try {
            client.get(new Target("/q/health/ready"));
            return true;
        } catch (CliException e) {
            return false;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    JsonNode get(Target target) {
        return client.get(target);
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

    /** Lines of its log that tell of something that went wrong. */
    List<String> troubles() {
        try (Stream<String> lines = Files.lines(output)) {
            return lines.filter(line -> line.contains(" ERROR ") || line.contains(" FATAL ") || line.contains("Exception")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String tail() {
        try {
            List<String> lines = Files.readAllLines(output);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        Runtime.getRuntime().removeShutdownHook(orphan);
    }
}
