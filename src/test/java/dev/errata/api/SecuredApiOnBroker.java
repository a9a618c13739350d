package dev.errata.api;

import com.sun.net.httpserver.HttpServer;
import dev.errata.api.access.Keys;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topics;
import dev.errata.stream.broker.SecuredBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** As {@link ApiOnBroker}, with keys, an OIDC provider, which is a real one as far as bearer tokens go, and a broker that asks as well. */
public final class SecuredApiOnBroker implements QuarkusTestProfile {
    static final String READER = "key-of-the-reader";
    static final String PUBLISHER = "key-of-the-publisher";
    static final String OPERATOR = "key-of-the-operator";

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(new ApiOnBroker().getConfigOverrides());
        settings.put("errata.security.keys", String.join(
                ",",
                "rita:reader:" + Keys.sha256(READER),
                "paul:publisher:" + Keys.sha256(PUBLISHER),
                "olga:operator:" + Keys.sha256(OPERATOR)));
        return settings;
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Broker.class), new TestResourceEntry(Provider.class));
    }

    /** It wants TLS and a password and allows the service what deploy/acls.sh says, so the channels' clients must have the settings. */
    public static final class Broker implements QuarkusTestResourceLifecycleManager {
        private SecuredBroker broker;

        @Override
        public Map<String, String> start() {
            try {
                Path directory = Files.createTempDirectory(Path.of("target"), "secured");
                broker = SecuredBroker.start(directory, new ModelLine(Topics.DEFAULT, ApiOnBroker.MODEL));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return broker.process("service");
        }

        @Override
        public void stop() {
            broker.close();
        }
    }

    /** Discovery, one RSA key, and tokens signed with it. */
    public static final class Provider implements QuarkusTestResourceLifecycleManager {
        private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
        private static KeyPair keys;
        private static String issuer;
        private HttpServer server;

        @Override
        public Map<String, String> start() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048);
                keys = generator.generateKeyPair();
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            issuer = "http://127.0.0.1:" + server.getAddress().getPort();
            serve("/.well-known/openid-configuration", """
                    {"issuer": "%1$s", "jwks_uri": "%1$s/jwks", "token_endpoint": "%1$s/token",
                     "authorization_endpoint": "%1$s/authorize"}""".formatted(issuer));
            RSAPublicKey key = (RSAPublicKey) keys.getPublic();
            serve("/jwks", """
                    {"keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", "n": "%s", "e": "%s"}]}"""
                    .formatted(number(key.getModulus()), number(key.getPublicExponent())));
            server.start();
            return Map.of("errata.security.oidc", "true", "quarkus.oidc.auth-server-url", issuer, "quarkus.oidc.client-id", "errata");
        }

        private void serve(String path, String json) {
            server.createContext(path, exchange -> {
                byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
        }

        private static String number(BigInteger number) {
            byte[] bytes = number.toByteArray();
            return BASE64.encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
        }

        /** @param seconds from now on that it is valid for */
        static String token(String name, String role, long seconds) throws GeneralSecurityException {
            long now = Instant.now().getEpochSecond();
            String signed = base64("{\"alg\": \"RS256\", \"kid\": \"1\", \"typ\": \"JWT\"}") + "." + base64(
                    """
                    {"iss": "%s", "sub": "%s", "upn": "%s", "groups": ["%s"], "iat": %d, "exp": %d}"""
                            .formatted(issuer, name, name, role, now - 7200, now + seconds));
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        }

        private static String base64(String text) {
            return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void stop() {
            server.stop(0);
        }
    }
}
