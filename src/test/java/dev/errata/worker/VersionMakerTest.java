package dev.errata.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.VersionChain;
import dev.errata.stream.Examples;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VersionMakerTest {
    @Test
    void shouldSayWhenAVersionWasMadeAsExactlyAsTheHistoryKeepsIt() {
        EditedTensor tensor = new EditedTensor("mlp.weight", false, 1, 1, new float[] {1});
        VersionChain chain = new VersionChain("tiny", Map.of(tensor.name(), tensor.digest()));
        VersionMaker maker = new VersionMaker("tiny", Examples.sha256("base"), Map.of("hyperParameters", Examples.sha256("h")), "errata");

        Version version = maker.next(
                chain, "r-1", new RolledBack(0, ""), new TreeMap<>(Map.of(tensor.name(), tensor)),
                Instant.parse("2026-03-01T12:00:00.123456789Z"), Map.of());

        assertThat(version.committedAt()).isEqualTo(Instant.parse("2026-03-01T12:00:00.123456Z"));
    }
}
