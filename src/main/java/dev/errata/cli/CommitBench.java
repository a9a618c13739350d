package dev.errata.cli;

import dev.errata.experiment.Bench;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchRow;
import dev.errata.stream.Commit;
import dev.errata.stream.EditLog;
import dev.errata.stream.ForwardingEditLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * n versions of {@value #BATCH} facts each on a {@link BenchLine}: the time of each one's transaction, from its begin until the broker has
 * acknowledged its commit. The first ones, in which code is compiled and connections are opened, are made before.
 *
 * <h2>Thread safety</h2> One in a process at a time.
 */
final class CommitBench implements Bench {
    private static final int BATCH = 64;
    /** All facts are live, and revised once, before it counts: every transaction is as large as a stream's that lasts. */
    private static final int WARM_UP = 2 * BenchLine.LIVE / BATCH;
    private static final double NANOS = 1e9;

    @Override
    public String name() {
        return "commit";
    }

    @Override
    public String measures() {
        return "time of the transaction of a batch of " + BATCH + " facts that are revised; the broker runs in the same process";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(200);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        try (TemporaryDirectory temporary = TemporaryDirectory.named("errata-commit");
                BenchLine line = new BenchLine(temporary.path().resolve("kafka"), context, BATCH)) {
            Path state = temporary.path().resolve("worker");
            context.say().accept("warming up");
            line.grow(WARM_UP, line.log(), state);
            for (int n : sizes) {
                context.say().accept(n + " transactions");
                long start = System.nanoTime();
                Timed timed = new Timed(line.log());
                line.grow(n, timed, state);
                double seconds = (System.nanoTime() - start) / NANOS;
                rows.accept(row(n, BATCH * n / seconds, timed));
            }
        }
    }

    private static BenchRow row(int n, double rate, Timed timed) {
        List<Double> sorted = timed.seconds.stream().sorted().toList();
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("transaction_p50_seconds", percentile(sorted, 0.5));
        more.put("transaction_p99_seconds", percentile(sorted, 0.99));
        more.put("transaction_max_seconds", percentile(sorted, 1));
        more.put("payload_bytes", (double) timed.bytes / n);
        double all = sorted.stream().mapToDouble(Double::doubleValue).sum();
        return new BenchRow(n, rate, OptionalDouble.empty(), Map.of("transactions", all), more);
    }

    private static double percentile(List<Double> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    /** A log whose transactions are timed. */
    private static final class Timed extends ForwardingEditLog {
        private final List<Double> seconds = new ArrayList<>();
        private long bytes;

        Timed(EditLog log) {
            super(log);
        }

        @Override
        public void commit(Commit commit) {
            long start = System.nanoTime();
            super.commit(commit);
            seconds.add((System.nanoTime() - start) / NANOS);
            bytes += commit.delta().length + commit.pairs().length;
        }
    }
}
