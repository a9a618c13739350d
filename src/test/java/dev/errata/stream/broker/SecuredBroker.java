package dev.errata.stream.broker;

import dev.errata.stream.Acls;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.security.plain.internals.PlainSaslServerProvider;

/**
 * A broker that takes TLS and a password and does only what {@code deploy/acls.sh} allows: each of the script's roles is a user of that
 * name. Its certificate is made at the start.
 */
public final class SecuredBroker implements AutoCloseable {
    private static final String PROTOCOL = "SASL_SSL";
    private static final String STORE_PASSWORD = "changeit";
    private static final String NOBODY = "nobody";

    private final EmbeddedBroker broker;
    private final Path trusted;

    private SecuredBroker(EmbeddedBroker broker, Path trusted) {
        this.broker = broker;
        this.trusted = trusted;
    }

    /** @param lines whose topics, groups and transactional ids the roles may use */
    public static SecuredBroker start(Path directory, ModelLine... lines) {
        // One for the whole JVM, where tests of Quarkus have a class loader of their own: the one that is there may be of other classes.
        Security.removeProvider("Simple SASL/PLAIN Server Provider");
        PlainSaslServerProvider.initialize();
        Path own = directory.resolve("broker.p12");
        Path trusted = directory.resolve("trusted.p12");
        Path certificate = directory.resolve("broker.crt");
        keytool("-genkeypair", "-alias", "broker", "-keyalg", "RSA", "-keysize", "2048", "-validity", "2", "-dname", "CN=127.0.0.1",
                "-ext", "SAN=ip:127.0.0.1", "-keystore", own.toString());
        keytool("-exportcert", "-alias", "broker", "-file", certificate.toString(), "-keystore", own.toString());
        keytool("-importcert", "-noprompt", "-alias", "broker", "-file", certificate.toString(), "-keystore", trusted.toString());
        Map<String, String> more = new HashMap<>(store("truststore", trusted));
        more.putAll(store("keystore", own));
        more.put("sasl.enabled.mechanisms", "PLAIN");
        more.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        more.put("listener.name.sasl_ssl.plain.sasl.jaas.config", login("admin").replace(";", users() + ";"));
        more.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // The controller's listener is the broker's own.
        more.put("super.users", "User:admin;User:ANONYMOUS");
        SecuredBroker secured =
                new SecuredBroker(EmbeddedBroker.start(directory.resolve("kafka"), 0, PROTOCOL, more), trusted.toAbsolutePath());
        secured.allow(lines);
        return secured;
    }

    private static String users() {
        List<String> users = new ArrayList<>(Acls.ROLES);
        users.addAll(List.of("admin", NOBODY));
        return users.stream().map(user -> " user_" + user + "=\"" + password(user) + "\"").collect(Collectors.joining());
    }

    private static String password(String user) {
        return "password-of-" + user;
    }

    private static String login(String user) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                + password(user) + "\";";
    }

    private static Map<String, String> store(String kind, Path file) {
        String path = file.toAbsolutePath().toString();
        return Map.of("ssl." + kind + ".location", path, "ssl." + kind + ".password", STORE_PASSWORD, "ssl." + kind + ".type", "PKCS12");
    }

    private void allow(ModelLine... lines) {
        try (Admin admin = Admin.create(properties("admin"))) {
            for (ModelLine line : lines) {
                for (String role : Acls.ROLES) {
                    admin.createAcls(Acls.of(role, line)).all().get();
                }
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Object> properties(String user) {
        Map<String, Object> all = new HashMap<>(client(user));
        all.put("bootstrap.servers", bootstrapServers());
        return all;
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Client properties of a user: one of {@link Acls#ROLES}, or somebody whom the broker knows and who may do nothing. */
    public Map<String, String> client(String user) {
        Map<String, String> client = new HashMap<>(store("truststore", trusted));
        client.putAll(Map.of("security.protocol", PROTOCOL, "sasl.mechanism", "PLAIN", "sasl.jaas.config", login(user)));
        return client;
    }

    public KafkaSettings settings(String user) {
        return new KafkaSettings(bootstrapServers(), client(user));
    }

    /** The same as settings of a process. */
    public Map<String, String> process(String user) {
        Map<String, String> settings = new HashMap<>(Map.of("errata.kafka.bootstrap-servers", bootstrapServers()));
        client(user).forEach((name, value) -> settings.put("errata.kafka.client.\"" + name + "\"", value));
        return settings;
    }

    private static void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        try {
            Path told = Files.createTempFile("keytool", ".txt");
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(told.toFile()).start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + Files.readString(told));
            }
            Files.delete(told);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        broker.close();
    }
}
