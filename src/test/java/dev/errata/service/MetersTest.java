package dev.errata.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.batch.Intent;
import dev.errata.evaluation.Evaluation;
import dev.errata.evaluation.Growth;
import dev.errata.failure.Failure;
import dev.errata.memit.EditResult.TargetCount;
import dev.errata.stream.Examples;
import dev.errata.worker.Guards;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MetersTest {
    private static final String TENSOR = "transformer.h.1.mlp.fc_out.weight";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(registry, Clock.fixed(Examples.NOON, ZoneOffset.UTC));

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Test
    void shouldCountWhereTargetsCameFrom() {
        meters.targets(new TargetCount(3, 1));
        meters.targets(new TargetCount(2, 0));

        assertThat(registry.get("errata.targets.found").counter().count()).isEqualTo(5);
        assertThat(registry.get("errata.targets.searched").counter().count()).isEqualTo(1);
    }

    @Test
    void shouldCountWarningsByTheGuardThatIsNear() {
        meters.warned(new Guards.Warning(Failure.GUARD_CAPACITY, "mean leverage: 0.55 (expected: at least 0.5)"));

        assertThat(registry.get("errata.guard.warnings").tag("code", "GUARD_CAPACITY").counter().count()).isEqualTo(1);
    }

    @Test
    void shouldTellLagAndTheAgeOfWhatIsPending() {
        meters.intake(12, Optional.of(Examples.NOON.minusSeconds(90)));
        assertThat(gauge("errata.facts.lag")).isEqualTo(12);
        assertThat(gauge("errata.pending.oldest.seconds")).isEqualTo(90);

        meters.intake(0, Optional.empty());
        assertThat(gauge("errata.pending.oldest.seconds")).isZero();
    }

    @Test
    void shouldCountAttemptsAndBisections() {
        Intent intent = new Intent.Edit(Examples.batch());
        meters.started(intent, 0, 1);
        meters.started(intent, 0, 2);
        meters.bisected(intent, 7, 1);

        assertThat(registry.get("errata.intents.attempts").counter().count()).isEqualTo(2);
        assertThat(registry.get("errata.intents.retries").counter().count()).isEqualTo(1);
        assertThat(registry.get("errata.bisections").counter().count()).isEqualTo(1);
        assertThat(registry.get("errata.bisection.edits").counter().count()).isEqualTo(7);
    }

    @Test
    void shouldShowHowFarTheNewestVersionHasGrown() {
        meters.evaluated(Examples.evaluation(3));
        assertThat(gauge("errata.perplexity.ratio")).isEqualTo(21.5 / 20.25);
        assertThat(gauge("errata.drift")).isEqualTo(0.003);
        assertThat(gauge("errata.live.pairs")).isEqualTo(2);
        assertThat(registry.get("errata.live.leverage").tag("tensor", TENSOR).gauge().value()).isEqualTo(0.625);

        var measured = Examples.evaluation(4);
        Growth.Tensor tensor = new Growth.Tensor(25, 110, 100, Optional.empty(), Optional.empty());
        meters.evaluated(new Evaluation(
                measured.model(),
                4,
                measured.versionDigest(),
                measured.evaluatedAt(),
                measured.written(),
                measured.retained(),
                Optional.empty(),
                Optional.of(new Growth(0, 1024, new TreeMap<>(Map.of(TENSOR, tensor)))),
                List.of()));

        assertThat(gauge("errata.weights.change.ratio")).isEqualTo(0.25);
        assertThat(gauge("errata.weights.change.norm")).isEqualTo(25);
        assertThat(gauge("errata.weights.norm")).isEqualTo(110);
        assertThat(gauge("errata.live.pairs")).isZero();
        assertThat(gauge("errata.live.leverage")).isNaN();
        assertThat(gauge("errata.drift")).as("what was last measured").isEqualTo(0.003);
    }
}
