package dev.errata.cli;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.PayloadStore;
import dev.errata.experiment.Bench;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchRow;
import dev.errata.follower.FollowerCycle;
import dev.errata.follower.ServedVersions;
import dev.errata.memit.EditedTensors;
import dev.errata.stream.kafka.KafkaDeltaFeed;
import dev.errata.stream.kafka.KafkaVersionFeed;
import dev.errata.worker.CycleListener;
import dev.errata.worker.EditorCycle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Restart to caught up after n versions, of the editor and of a follower: from the log alone, and with what the process before left in
 * {@code errata.state.dir}. The log is that of a {@link BenchLine}; it grows from size to size.
 *
 * <p>Loading the model is not in it, nor is inverting the covariance: both take what they take at any version.
 *
 * <h2>Thread safety</h2> One in a process at a time.
 */
final class RecoveryBench implements Bench {
    private static final int BATCH = 8;
    private static final double NANOS = 1e9;

    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public String measures() {
        return "restart to caught up after n versions of " + BATCH + " facts each, model loaded; the broker runs in the same process";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1, 100, 1_000);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        try (TemporaryDirectory temporary = TemporaryDirectory.named("errata-recovery");
                BenchLine line = new BenchLine(temporary.path().resolve("kafka"), context, BATCH)) {
            Trial trial = new Trial(line, temporary.path());
            int versions = 0;
            for (int n : sizes.stream().sorted().distinct().toList()) {
                context.say().accept("making versions " + (versions + 1) + " to " + n);
                long start = System.nanoTime();
                trial.grow(n - versions);
                double seconds = (System.nanoTime() - start) / NANOS;
                double rate = BATCH * (n - versions) / seconds;
                versions = n;
                context.say().accept("recovering");
                rows.accept(trial.row(n, rate));
            }
        }
    }

    /** The line, and the state that its processes leave. */
    private record Trial(BenchLine line, Path directory) {
        void grow(int versions) {
            line.grow(versions, line.log(), directory.resolve("worker"));
        }

        BenchRow row(int n, double rate) {
            Map<String, Double> phases = new LinkedHashMap<>();
            phases.put("editor_from_log", editor(n, fresh("worker-" + n)));
            phases.put("editor_with_state", editor(n, directory.resolve("worker")));
            phases.put("follower_from_log", follower(n, fresh("follower-" + n)));
            phases.put("follower_with_state", follower(n, directory.resolve("follower-" + n)));
            return new BenchRow(n, rate, OptionalDouble.empty(), phases, Map.of());
        }

        private Path fresh(String name) {
            return directory.resolve(name);
        }

        private double editor(int n, Path state) {
            long start = System.nanoTime();
            long[] recovered = {-1};
            CycleListener listener = new CycleListener() {
                @Override
                public void recovered(long version) {
                    recovered[0] = version;
                }
            };
            try (EditorCycle cycle = line.editor(line.log(), state, listener)) {
                double seconds = (System.nanoTime() - start) / NANOS;
                require(n, recovered[0]);
                return seconds;
            }
        }

        private double follower(int n, Path state) {
            SortedMap<String, EditedTensor> base =
                    EditedTensors.base(line.bench().model(), line.bench().parameters().layers());
            long start = System.nanoTime();
            try (ServedVersions served = new ServedVersions(
                            line.name(),
                            line.bench().model(),
                            base,
                            new PayloadStore(state),
                            () -> new KafkaDeltaFeed(line.kafka(), line.wiring().line()));
                    FollowerCycle cycle = new FollowerCycle(new KafkaVersionFeed(line.kafka(), line.wiring().line()), served)) {
                while (!served.caughtUp()) {
                    cycle.turn();
                }
                double seconds = (System.nanoTime() - start) / NANOS;
                require(n, served.number());
                return seconds;
            }
        }

        private static void require(int n, long version) {
            if (version != n) {
                throw new CliException(ExitCode.FAILED, "recovered at version " + version + " (expected: " + n + ")");
            }
        }
    }
}
