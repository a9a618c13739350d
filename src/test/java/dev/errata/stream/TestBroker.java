package dev.errata.stream;

import dev.errata.stream.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One embedded broker for all test classes of a run; it ends with the process. Tests keep out of each other's way by a topic prefix of
 * their own.
 */
public final class TestBroker {
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static EmbeddedBroker broker;

    private TestBroker() {}

    public static synchronized KafkaSettings settings() {
        if (broker == null) {
            try {
                broker = EmbeddedBroker.start(Files.createTempDirectory(Path.of("target"), "broker"), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return KafkaSettings.of(broker.bootstrapServers());
    }

    /** Topics that no other test has. */
    public static Topics topics() {
        return new Topics("t" + PREFIXES.incrementAndGet() + ".");
    }
}
