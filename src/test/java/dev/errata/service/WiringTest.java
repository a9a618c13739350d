package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditorSettings;
import dev.errata.snapshot.BucketAddress;
import dev.errata.stream.FactLimits;
import dev.errata.worker.Guards;
import dev.errata.worker.Settings;
import dev.errata.worker.SnapshotRule;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WiringTest {
    private static Wiring wiring(Map<String, String> values) {
        return new Wiring(TestSettings.of(values));
    }

    @Test
    void shouldAcceptTheDefaults() {
        assertThatCode(() -> wiring(Map.of()).check()).doesNotThrowAnyException();
    }

    /** As deploy/ACLS.md tells to give a password. */
    @Test
    void shouldTakeAClientsPropertyFromTheEnvironment() {
        Settings settings = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withSources(new EnvConfigSource(Map.of("ERRATA_KAFKA_CLIENT__SASL_JAAS_CONFIG_", "secret"), 300))
                .build()
                .getConfigMapping(Settings.class);

        assertThat(new Wiring(settings).kafka().client()).isEqualTo(Map.of("sasl.jaas.config", "secret"));
    }

    @Test
    void shouldSayInTheWordsOfEachRoomWhatIsSet() {
        Wiring wiring = wiring(Map.of(
                "errata.batch.max-facts", "7",
                "errata.batch.max-age", "90s",
                "errata.conflict", "reject",
                "errata.targets.anchor", "current",
                "errata.targets.max-nll", "2.5",
                "errata.targets.memory-bytes", "3",
                "errata.guards.max-perplexity-ratio", "1.5",
                "errata.limits.object-chars", "99",
                "errata.model.name", "m"));
        Wiring remembering = wiring(Map.of("errata.intake.remembered", "9", "errata.intake.remembered-of-key", "3"));

        assertThat(wiring.rules()).isEqualTo(new AccumulatorRules(7, Duration.ofSeconds(90), ConflictRule.REJECT));
        assertThat(remembering.rules()).extracting(AccumulatorRules::remembered, AccumulatorRules::rememberedOfKey).containsExactly(9, 3);
        assertThat(wiring.editor()).isEqualTo(new EditorSettings(2.5, 3, EditorSettings.Anchor.CURRENT));
        assertThat(wiring.guards()).isEqualTo(new Guards(1.5, 1, 25, 0.5, 1, 0.8));
        assertThat(wiring.limits()).isEqualTo(new FactLimits(500, 1000, 99, 64, 2000, 65536));
        assertThat(wiring.line().model()).isEqualTo("m");
    }

    @Test
    void shouldKeepSnapshotsWhereItIsTold() {
        Wiring nowhere = wiring(Map.of("errata.state.dir", "state", "errata.model.name", "m"));
        Wiring disk = wiring(Map.of("errata.snapshots.store", "disk", "errata.model.name", "m"));
        Wiring store = wiring(Map.of(
                "errata.snapshots.store", "s3://bucket/a",
                "errata.snapshots.endpoint", "http://localhost:9000",
                "errata.snapshots.versions", "7",
                "errata.snapshots.max-replay", "2m",
                "errata.model.name", "m"));

        assertThat(nowhere.snapshotDirectory()).isEqualTo(Path.of("state/models/m/snapshots/m"));
        assertThat(disk.snapshotDirectory()).isEqualTo(Path.of("disk/m"));
        assertThat(disk.snapshotBucket()).isEmpty();
        assertThat(store.snapshotBucket())
                .contains(new BucketAddress("bucket", "a/m/", "us-east-1", Optional.of(URI.create("http://localhost:9000"))));
        assertThat(store.snapshotRule()).isEqualTo(new SnapshotRule(7, Duration.ofMinutes(2)));
    }

    @Test
    void shouldSetEachGuardByItsName() {
        Wiring wiring = wiring(Map.of(
                "errata.guards.max-drift", "0.1",
                "errata.guards.max-change-ratio", "Infinity",
                "errata.guards.min-leverage", "0.25",
                "errata.guards.min-eigenvalue", "1.5",
                "errata.guards.warn-at", "0.5",
                "errata.topics.prefix", "p."));

        assertThat(wiring.guards()).isEqualTo(new Guards(3, 0.1, Double.POSITIVE_INFINITY, 0.25, 1.5, 0.5));
        assertThat(wiring.topics().prefix()).isEqualTo("p.");
    }

    /** Each of them would otherwise be found by a role, which would try it again for ever. */
    @ParameterizedTest
    @CsvSource({
        "errata.batch.max-facts, 0",
        "errata.batch.max-facts, 300",
        "errata.batch.max-age, -1s",
        "errata.batch.max-pending, 31",
        "errata.targets.max-nll, 0",
        "errata.targets.memory-bytes, 0",
        "errata.covariance.max-tokens, -1",
        "errata.evaluation.tokens, 0",
        "errata.evaluation.retention, -1",
        "errata.targets.kept-bytes, -1",
        "errata.guards.max-perplexity-ratio, 0.5",
        "errata.guards.max-drift, 0",
        "errata.guards.max-change-ratio, NaN",
        "errata.guards.min-leverage, 1",
        "errata.guards.min-eigenvalue, 0.9",
        "errata.guards.warn-at, 0",
        "errata.history.versions, 0",
        "errata.history.outcomes, 0",
        "errata.limits.subject-chars, 0",
        "errata.limits.prompt-chars, 0",
        "errata.limits.object-chars, 0",
        "errata.limits.probes, -1",
        "errata.limits.probe-chars, 0",
        "errata.limits.record-bytes, 0",
        "errata.limits.request-facts, 0",
        "errata.limits.ask-tokens, 0",
        "errata.limits.ask-objects, 0",
        "errata.limits.chunk-bytes, 0",
        "errata.limits.chunk-bytes, 786433",
        "errata.snapshots.store, s3:bucket",
        "errata.snapshots.versions, 0",
        "errata.snapshots.max-replay, 0s",
        "errata.topics.partitions, 0",
        "errata.topics.prefix, errata/",
        "errata.model.name, a b"
    })
    void shouldRefuseAValueThatCannotBe(String name, String value) {
        assertThatThrownBy(() -> wiring(Map.of(name, value)).check())
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SETTING_INVALID))
                .hasMessageContaining("(expected: ");
    }

    @Test
    void shouldRefuseFewerPendingFactsThanABatchMayHold() {
        Map<String, String> values = new HashMap<>(Map.of("errata.batch.max-facts", "8", "errata.batch.max-pending", "8"));
        assertThatCode(() -> wiring(values).check()).doesNotThrowAnyException();

        values.put("errata.batch.max-pending", "7");

        assertThatThrownBy(() -> wiring(values).check()).hasMessage("errata.batch.max-pending: 7 (expected: 8 or more)");
    }
}
