package dev.errata.cli;

import dev.errata.experiment.Bench;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchRow;
import dev.errata.worker.Settings;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * n facts through the whole of it: published to an embedded broker, accumulated, edited, evaluated, committed, and their outcomes read
 * from the topic by a consumer of committed records. This process becomes the service, as it does for {@code demo}.
 *
 * <p>Guards and the test of convergence are set so wide that they stop nothing: it is work that is counted, and a small model holds
 * fewer facts than this.
 *
 * <h2>Thread safety</h2> One in a process, once.
 */
final class StreamBench implements Bench {
    @Override
    public String name() {
        return "stream";
    }

    @Override
    public String measures() {
        return "facts per second and end-to-end latency through broker, accumulator, editor and log";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(2_000);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        if (context.texts().size() > 1) {
            throw new CliException(ExitCode.BAD_INPUT, "--covariance-text: " + context.texts() + " (expected: one)");
        }
        StreamLoad load = StreamLoad.of(sizes, context);
        int port = free();
        AtomicReference<RuntimeException> broken = new AtomicReference<>();
        try (TemporaryDirectory temporary = TemporaryDirectory.named("errata-bench");
                ServiceProcess process = new ServiceProcess(false)) {
            become(context.settings(), temporary.path(), port);
            context.texts().forEach(text -> set("errata.covariance.text", text));
            process.startBroker(temporary.path().resolve("kafka"), 0);
            Thread script = new Thread(() -> play(load, port, rows, broken), "errata-stream-bench");
            script.start();
            int exitCode = process.run();
            script.join();
            if (broken.get() != null) {
                throw broken.get();
            }
            if (exitCode != 0) {
                throw new CliException(ExitCode.FAILED, "the service ended with exit code " + exitCode);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }

    private static void play(StreamLoad load, int port, Consumer<BenchRow> rows, AtomicReference<RuntimeException> broken) {
        try {
            load.run(Configured.now().settings(), port, rows);
        } catch (RuntimeException e) {
            broken.set(e);
        } finally {
            Quarkus.asyncExit(0);
        }
    }

    /** Quarkus reads system properties, not this command line. */
    static void become(Settings settings, Path directory, int port) {
        set("errata.model.dir", settings.modelDirectory());
        settings.model().hparams().ifPresent(file -> set("errata.model.hparams", file));
        settings.model().contexts().ifPresent(file -> set("errata.model.contexts", file));
        settings.covariance().maxTokens().ifPresent(tokens -> set("errata.covariance.max-tokens", tokens));
        settings.covariance().text().ifPresent(text -> set("errata.covariance.text", text));
        set("errata.device", settings.device());
        set("errata.state.dir", directory);
        set("errata.guards.max-perplexity-ratio", 1e9);
        set("errata.guards.max-drift", 1e9);
        set("errata.guards.max-change-ratio", 1e9);
        set("errata.guards.min-leverage", 0);
        set("errata.targets.max-nll", 1e6);
        set("quarkus.http.port", port);
        set("quarkus.log.console.level", "WARN");
        set("quarkus.log.category.\"org.apache.kafka\".level", "ERROR");
    }

    static void set(String name, Object value) {
        System.setProperty(name, value.toString());
    }

    static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
