package dev.errata.cli;

import dev.errata.stream.broker.EmbeddedBroker;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * This process as a service: Quarkus and, if asked for, a broker beside it that starts before and ends after it.
 *
 * <p>A signal ends the JVM through shutdown hooks that all run at once; left alone, the broker would go away under the service's last
 * commit. So the broker has no hook that stops it, only one that waits until the main thread has ended both in order.
 *
 * <h2>Thread safety</h2> For the main thread only; one in a process.
 */
public final class ServiceProcess implements AutoCloseable {
    private static final long END_MAX_SECONDS = 40;
    /** Strong references: a logger that is collected forgets its level. */
    private static final List<Logger> KAFKA_LOGGERS =
            List.of(Logger.getLogger("org.apache.kafka"), Logger.getLogger("kafka"), Logger.getLogger("state"));

    private final boolean verbose;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean ending;
    private EmbeddedBroker broker;

    /** @param verbose whether a failed start shows its stack trace */
    public ServiceProcess(boolean verbose) {
        this.verbose = verbose;
        if (!verbose) {
            // Quarkus would log the trace of a failed start; run() tells the reason in one line.
            System.setProperty("quarkus.log.category.\"io.quarkus.runtime.Application\".level", "OFF");
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitEnd, "errata-end"));
    }

    /**
     * Starts a broker and makes it the service's.
     *
     * @param port 0: any free one
     * @return its address
     */
    public String startBroker(Path directory, int port) {
        requireFree(port);
        // Quarkus sets the levels only when it starts.
        KAFKA_LOGGERS.forEach(logger -> logger.setLevel(verbose ? Level.WARNING : Level.SEVERE));
        broker = EmbeddedBroker.start(directory, port);
        System.setProperty(Configured.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        return broker.bootstrapServers();
    }

    /** Kafka would only say that something fatal happened. */
    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            socket.getLocalPort();
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.BAD_INPUT,
                    "port " + port + " of the embedded broker: " + e.getMessage()
                            + " (expected: a free one, --kafka-port; or name the broker that is there, --bootstrap-servers)",
                    e);
        }
    }

    /**
     * Runs the service until it ends.
     *
     * @return its exit code
     * @throws StartFailure when it did not start
     */
    public int run() {
        AtomicInteger exitCode = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        if (!ending) {
            Quarkus.run(null, (code, thrown) -> {
                exitCode.set(code);
                failure.set(thrown);
            });
        }
        if (failure.get() != null) {
            throw StartFailure.of(failure.get());
        }
        return exitCode.get();
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
        ended.countDown();
    }

    private void awaitEnd() {
        ending = true;
        try {
            if (!ended.await(END_MAX_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("errata: did not end within " + END_MAX_SECONDS + " s; the log stays consistent");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
