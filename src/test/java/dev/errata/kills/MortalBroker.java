package dev.errata.kills;

import dev.errata.stream.KafkaSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A broker in its own process that can be killed and comes back at the same address with the same log. One thread. */
final class MortalBroker implements AutoCloseable {
    private final Path directory;
    private final int port = freePort();
    private Life life;

    MortalBroker(Path directory) {
        this.directory = directory;
        start();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KafkaSettings settings() {
        return KafkaSettings.of("127.0.0.1:" + port);
    }

    void kill() {
        life.kill();
    }

    void start() {
        life = new Life(BrokerProcess.class, Map.of("kill.state", directory.resolve("kafka"), "kill.port", port), List.of());
        life.await(LineProcess.READY);
    }

    @Override
    public void close() {
        life.close();
    }
}
