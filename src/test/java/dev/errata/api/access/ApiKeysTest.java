package dev.errata.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.worker.Settings;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private static final String OPS = "ops:operator+reader:" + Keys.sha256("secret-1");

    private static Settings settings(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(Settings.class);
    }

    private static ApiKeys keys(String entries) {
        return ApiKeys.of(settings(Map.of("errata.security.keys", entries)).security());
    }

    @Test
    void shouldKnowWhoseKeyItIs() {
        ApiKeys keys = keys(OPS + ",feed:publisher:" + Keys.sha256("secret-2"));

        assertThat(keys.find("secret-1")).hasValueSatisfying(key -> {
            assertThat(key.name()).isEqualTo("ops");
            assertThat(key.roles()).containsExactlyInAnyOrder(AccessRole.OPERATOR, AccessRole.READER);
        });
        assertThat(keys.find("secret-2").map(ApiKey::name)).contains("feed");
        assertThat(keys.find("secret-3")).isEmpty();
        assertThat(keys.find(Keys.sha256("secret-1"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ops", "ops:operator", "ops:operator:abc", "o s:reader:%s", "ops:boss:%s", "ops::%s", "ops:reader:%s:1"})
    void shouldRefuseAnEntryThatIsNoKeyWithoutRepeatingIt(String entry) {
        String secret = Keys.sha256("x");

        assertThatThrownBy(() -> keys(entry.formatted(secret)))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageNotContaining(secret);
    }

    @Test
    void shouldRefuseANameOrAKeyThatIsThereTwice() {
        assertThatThrownBy(() -> keys(OPS + ",ops:reader:" + Keys.sha256("other"))).hasMessageContaining("twice");
        assertThatThrownBy(() -> keys(OPS + ",other:reader:" + Keys.sha256("secret-1"))).hasMessageContaining("twice");
    }

    @Test
    void shouldReadAFileAndRefuseOneWithoutKeys(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("keys"), "# who\n\n" + OPS + "\n");
        Path none = Files.writeString(directory.resolve("none"), "# nobody\n");

        assertThat(ApiKeys.of(settings(Map.of("errata.security.keys-file", file.toString())).security()).find("secret-1")).isPresent();
        assertThatThrownBy(() -> ApiKeys.of(settings(Map.of("errata.security.keys-file", none.toString())).security()))
                .hasMessageContaining("no key in");
        assertThatThrownBy(() -> ApiKeys.of(settings(Map.of("errata.security.keys-file", directory + "/missing")).security()))
                .hasMessageContaining("errata.security.keys-file");
    }

    private static Access access(String host, Map<String, String> values) {
        return new Access(settings(values), host, Optional.empty(), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::"})
    void shouldRefuseToListenBeyondLoopbackWhenNobodyMustSayWhoTheyAre(String host) {
        assertThatThrownBy(() -> access(host, Map.of()).check(new StartupEvent()))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining("quarkus.http.host: " + host)
                .hasMessageContaining("errata.security.open=true");
        access(host, Map.of("errata.security.open", "true")).check(new StartupEvent());
        access(host, Map.of("errata.security.keys", OPS)).check(new StartupEvent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1"})
    void shouldListenOnLoopbackWhenNobodyMustSayWhoTheyAre(String host) {
        Access access = access(host, Map.of());

        access.check(new StartupEvent());

        assertThat(access.isOn()).isFalse();
    }

    @Test
    void shouldRefuseOidcWithoutAProvider() {
        assertThatThrownBy(() -> access("127.0.0.1", Map.of("errata.security.oidc", "true")).check(new StartupEvent()))
                .hasMessageContaining("quarkus.oidc.auth-server-url");
    }
}
