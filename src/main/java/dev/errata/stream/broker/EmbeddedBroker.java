package dev.errata.stream.broker;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka node, broker and controller at once, on loopback, with its data in a directory that survives restarts.
 *
 * <p>It is a real broker: what Errata proves on it holds on a cluster. What it lacks is copies. A killed process loses nothing, but a
 * disk or a power supply that fails takes the log with it, and the log is the only thing that cannot be rebuilt.
 *
 * <h2>Limits</h2> One process for each directory ({@link DirectoryLock}). When Kafka meets a fatal error, such as a full disk, it ends the
 * process that it runs in. It logs much: in Quarkus set the categories {@code org.apache.kafka}, {@code kafka} and {@code state} to
 * WARN. <h2>Thread safety</h2> Start and close from one thread; clients from anywhere.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int NODE = 1;

    private final DirectoryLock lock;
    private final KafkaRaftServer server;
    private final String address;

    private EmbeddedBroker(DirectoryLock lock, KafkaRaftServer server, String address) {
        this.lock = lock;
        this.server = server;
        this.address = address;
    }

    /**
     * Starts a broker; returns when it answers.
     *
     * @param directory of its data, made if it is missing
     * @param port to listen on, or 0 for any free one
     */
    public static EmbeddedBroker start(Path directory, int port) {
        return start(directory, port, "PLAINTEXT", Map.of());
    }

    /**
     * The same with another security protocol and what it needs, which is set over everything else. For tests of how clients get on with
     * such a broker: users have brokers of their own for that.
     */
    static EmbeddedBroker start(Path directory, int port, String protocol, Map<String, String> more) {
        String name = directory.toAbsolutePath().toString();
        if (name.contains(",")) {
            String expected = " (expected: no comma in it, where Kafka would see the next directory)";
            throw new ErrataException(Failure.SETTING_INVALID, "directory of the embedded broker: " + name + expected);
        }
        try {
            Path data = Files.createDirectories(directory).toAbsolutePath();
            DirectoryLock lock = DirectoryLock.of(data);
            try {
                Properties properties = properties(data, port == 0 ? freePort() : port, freePort(), protocol);
                properties.putAll(more);
                return start(lock, data, properties);
            } catch (Exception e) {
                lock.close();
                throw e;
            }
        } catch (Exception e) {
            throw new ErrataException(Failure.LOG_UNREACHABLE, "embedded broker in " + directory + " did not start: " + e.getMessage(), e);
        }
    }

    private static EmbeddedBroker start(DirectoryLock lock, Path data, Properties properties) throws Exception {
        format(data);
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(lock, server, properties.getProperty("advertised.listeners").split("://")[1]);
    }

    public String bootstrapServers() {
        return address;
    }

    /** Once for each directory; Kafka keeps the identity of the cluster in it. */
    private static void format(Path data) throws Exception {
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .setNodeId(NODE)
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(data.toString())
                .setMetadataLogDirectory(data.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                .run();
    }

    private static Properties properties(Path data, int port, int controllerPort, String protocol) {
        Properties properties = new Properties();
        set(properties, "process.roles", "broker,controller");
        set(properties, "node.id", NODE);
        set(properties, "log.dirs", data);
        set(properties, "controller.quorum.voters", NODE + "@" + HOST + ":" + controllerPort);
        set(properties, "controller.listener.names", "CONTROLLER");
        set(properties, "listeners", protocol + "://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        set(properties, "advertised.listeners", protocol + "://" + HOST + ":" + port);
        set(properties, "listener.security.protocol.map", protocol + ":" + protocol + ",CONTROLLER:PLAINTEXT");
        set(properties, "inter.broker.listener.name", protocol);
        set(properties, "auto.create.topics.enable", false);
        // One node has one copy of everything.
        set(properties, "default.replication.factor", 1);
        set(properties, "offsets.topic.replication.factor", 1);
        set(properties, "transaction.state.log.replication.factor", 1);
        set(properties, "transaction.state.log.min.isr", 1);
        set(properties, "share.coordinator.state.topic.replication.factor", 1);
        set(properties, "share.coordinator.state.topic.min.isr", 1);
        // A small node starts faster and takes less memory.
        set(properties, "offsets.topic.num.partitions", 4);
        set(properties, "transaction.state.log.num.partitions", 4);
        set(properties, "log.cleaner.dedupe.buffer.size", 2 * 1024 * 1024);
        // After a kill the node may come back as soon as its old session has ended.
        set(properties, "broker.session.timeout.ms", 1500);
        set(properties, "broker.heartbeat.interval.ms", 300);
        // Halves the time of back-to-back transactions.
        set(properties, "add.partitions.to.txn.retry.backoff.ms", 5);
        // By default a laptop that slept for a week would have forgotten what was consumed.
        set(properties, "offsets.retention.minutes", Integer.MAX_VALUE);
        set(properties, "transactional.id.expiration.ms", Integer.MAX_VALUE);
        return properties;
    }

    private static void set(Properties properties, String name, Object value) {
        properties.setProperty(name, value.toString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        lock.close();
    }
}
