package dev.errata.kills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.errata.audit.AuditReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes on a real broker, killed at every named step: afterwards the auditor finds every invariant, the source counts one
 * outcome for each change, and nobody ever served weights that are no version's.
 *
 * <p>{@code -Derrata.kills=3} tries every {@link Point} three times and makes 100,000 changes under kills; without it a few are tried
 * once. {@code -Derrata.kills.points=REGEX} tries those whose names match. Seeds are printed; {@code -Derrata.seed=N} gives the same
 * facts and moments again.
 */
class KillMatrixIT {
    private static final int TRIALS = Integer.getInteger("errata.kills", 0);
    private static final Optional<Pattern> NAMED = Optional.ofNullable(System.getProperty("errata.kills.points")).map(Pattern::compile);
    private static final Duration REST = Duration.ofSeconds(90);
    private static final int SUBJECTS = 12;
    private static final int BATCH = 3;

    private static final int CHANGES = 100_000;
    private static final int MANY_SUBJECTS = 60;
    private static final int MANY_BATCH = 20;
    private static final int TOGETHER = 1000;
    private static final int WORKER_KILLS = 3;
    private static final Duration LONG = Duration.ofMinutes(15);

    @TempDir
    private Path directory;

    private final Random random = random();

    private static Random random() {
        long seed = Long.getLong("errata.seed", System.nanoTime() % 1_000_000);
        System.out.println("kill matrix: -Derrata.seed=" + seed);
        return new Random(seed);
    }

    @Test
    void shouldLeaveASoundLogWhereverAProcessIsKilled() {
        List<Point> points = (TRIALS > 0 ? Point.all() : Point.few()).stream()
                .filter(point -> NAMED.isEmpty() || NAMED.get().matcher(point.name()).find())
                .toList();
        System.out.printf("%-58s %5s %8s %9s  %s%n", "point", "trial", "trial s", "recover s", "verdict");

        long unsound = points.stream().filter(point -> !clean(point)).count();

        assertThat(unsound).as("points with a trial that was not clean").isZero();
    }

    /** Tries a point on a broker of its own, and prints a line for each trial. */
    private boolean clean(Point point) {
        boolean clean = true;
        try (MortalBroker broker = new MortalBroker(directory(point))) {
            for (int trial = 1; trial <= Math.max(1, TRIALS); trial++) {
                clean &= clean(broker, point, trial);
            }
        }
        return clean;
    }

    /** No commas: Kafka takes them for the end of a directory. */
    private Path directory(Point point) {
        return directory.resolve(point.name().replaceAll("\\W+", "-"));
    }

    private boolean clean(MortalBroker broker, Point point, int trial) {
        long start = System.nanoTime();
        String recovery = "-";
        String verdict;
        boolean clean = false;
        try (KilledLine line = new KilledLine(
                broker, directory(point), "k" + trial, new Random(random.nextLong()), SUBJECTS, BATCH)) {
            point.act().on(line, trial);
            AuditReport report = line.rest(REST);
            recovery = line.recovery().map(time -> String.format("%.1f", time.toMillis() / 1e3)).orElse(recovery);
            verdict = "clean, " + report.versions() + " versions, " + report.records().get("facts") + " changes";
            clean = true;
        } catch (AssertionError | RuntimeException e) {
            verdict = e.toString();
        }
        System.out.printf("%-58s %5d %8.1f %9s  %s%n", point.name(), trial, (System.nanoTime() - start) / 1e9, recovery, verdict);
        return clean;
    }

    @Test
    void shouldLoseAndDoubleNothingWhenManyChangesAreMadeUnderKills() {
        assumeTrue(TRIALS > 0 && NAMED.isEmpty(), "a long run: -Derrata.kills=3");
        long start = System.nanoTime();
        // Half of the changes, at most, are made when the last blow falls.
        List<Integer> blows = random.ints(WORKER_KILLS + 1, 1, CHANGES / MANY_BATCH / 2).sorted().boxed().toList();
        int broken = random.nextInt(blows.size());
        try (MortalBroker broker = new MortalBroker(directory);
                KilledLine line = new KilledLine(broker, directory, "many", random, MANY_SUBJECTS, MANY_BATCH)) {
            Life life = line.start();
            CompletableFuture<Void> source = CompletableFuture.runAsync(() -> line.burst(CHANGES, TOGETHER));
            for (int i = 0; i < blows.size(); i++) {
                int versions = blows.get(i);
                Life.until(LONG, () -> line.committed() >= versions, () -> versions + " versions, not " + line.committed());
                line.struck();
                if (i == broken) {
                    broker.kill();
                    broker.start();
                } else {
                    life.kill();
                    life = line.start();
                }
                long committed = line.committed();
                Life.until(LONG, () -> line.committed() > committed, () -> "a version after " + committed);
                System.out.printf(
                        "%8.1f s: %s killed at %d versions, a version again after %.1f s%n", (System.nanoTime() - start) / 1e9,
                        i == broken ? "broker" : "worker", committed, line.recovery().orElseThrow().toMillis() / 1e3);
            }
            source.join();
            AuditReport report = line.rest(LONG);
            System.out.printf(
                    "%8.1f s: %d versions, records %s, findings %s%n",
                    (System.nanoTime() - start) / 1e9, report.versions(), report.records(), report.findings());

            assertThat(report.sound()).isTrue();
            assertThat(report.records().get("facts")).isGreaterThanOrEqualTo(CHANGES);
        }
    }
}
