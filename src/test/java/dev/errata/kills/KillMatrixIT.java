package dev.errata.kills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.audit.AuditReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes on a real broker, killed at every named step: afterwards the auditor finds every invariant, and nobody ever served
 * weights that are no version's.
 *
 * <p>{@code -Derrata.kills=3} tries every {@link Point} three times and makes 100,000 changes under kills; without it a few are tried
 * once, and 2,000 changes are made. Seeds are printed; {@code -Derrata.seed=N} gives the same facts and moments again.
 */
class KillMatrixIT {
    private static final int TRIALS = Integer.getInteger("errata.kills", 0);
    private static final Duration REST = Duration.ofSeconds(90);
    private static final int SUBJECTS = 12;
    private static final int BATCH = 3;

    private static final int WORKER_KILLS = 3;
    private static final int MANY_SUBJECTS = 60;
    private static final int TOGETHER = 1000;

    @TempDir
    private Path directory;

    private final Random random = random();

    private static Random random() {
        long seed = Long.getLong("errata.seed", System.nanoTime() % 1_000_000);
        System.out.println("kill matrix: -Derrata.seed=" + seed);
        return new Random(seed);
    }

    /** One trial of a point, and what came of it. */
    private record Row(String point, int trial, String verdict, double seconds) {
        static final String CLEAN = "clean";

        void print() {
            System.out.printf("%-60s %5d  %6.1f  %s%n", point, trial, seconds, verdict.lines().findFirst().orElse(""));
        }

        boolean clean() {
            return verdict.startsWith(CLEAN);
        }
    }

    @Test
    void shouldLeaveASoundLogWhereverAProcessIsKilled() {
        List<Point> points = TRIALS > 0 ? Point.all() : Point.few();
        List<Row> rows = new ArrayList<>();
        try (MortalBroker broker = new MortalBroker(directory)) {
            for (Point point : points) {
                for (int trial = 1; trial <= Math.max(1, TRIALS); trial++) {
                    Row row = tried(broker, point, trial, "k" + rows.size());
                    System.out.printf("kill matrix: %s, trial %d: %s%n", row.point(), row.trial(), row.verdict());
                    rows.add(row);
                }
            }
        }
        System.out.printf("%n%-60s %5s %7s  %s%n", "point", "trial", "seconds", "verdict");
        rows.forEach(Row::print);

        assertThat(rows).allMatch(Row::clean);
    }

    private Row tried(MortalBroker broker, Point point, int trial, String prefix) {
        long start = System.nanoTime();
        String verdict;
        try (KilledLine line = new KilledLine(broker, directory, prefix, new Random(random.nextLong()), SUBJECTS, BATCH)) {
            point.act().on(line, trial);
            AuditReport report = line.rest(REST);
            verdict = Row.CLEAN + ", " + report.versions() + " versions";
        } catch (AssertionError | RuntimeException e) {
            verdict = e.toString();
        }
        return new Row(point.name(), trial, verdict, (System.nanoTime() - start) / 1e9);
    }

    @Test
    void shouldLoseAndDoubleNothingWhenManyChangesAreMadeUnderKills() {
        int changes = TRIALS > 0 ? 100_000 : 2_000;
        int versions = changes / MANY_SUBJECTS;
        List<Integer> kills = random.ints(WORKER_KILLS + 1, 1, Math.max(2, versions / (WORKER_KILLS + 2))).boxed().toList();
        int brokers = random.nextInt(kills.size());
        long start = System.nanoTime();
        try (MortalBroker broker = new MortalBroker(directory);
                KilledLine line = new KilledLine(broker, directory, "many", random, MANY_SUBJECTS, MANY_SUBJECTS)) {
            Life life = line.start();
            CompletableFuture<Void> source = CompletableFuture.runAsync(() -> line.burst(changes, TOGETHER));
            long committed = 0;
            for (int i = 0; i < kills.size(); i++) {
                long until = committed + kills.get(i);
                Life.until(Duration.ofMinutes(10), () -> line.committed() >= until, () -> until + " versions");
                committed = line.committed();
                if (i == brokers) {
                    broker.kill();
                    broker.start();
                } else {
                    life.kill();
                    life = line.start();
                }
                System.out.printf(
                        "kill matrix %6.1f s: %s killed at %d versions%n", (System.nanoTime() - start) / 1e9,
                        i == brokers ? "broker" : "worker", committed);
            }
            source.join();
            AuditReport report = line.rest(Duration.ofMinutes(15));
            System.out.printf(
                    "kill matrix %6.1f s: %d changes, %d versions, %s%n", (System.nanoTime() - start) / 1e9, changes, report.versions(),
                    report.records());

            assertThat(report.sound()).isTrue();
            assertThat(report.records()).containsEntry("facts", (long) changes);
        }
    }
}
