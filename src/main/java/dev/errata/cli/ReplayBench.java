package dev.errata.cli;

import dev.errata.delta.CanonicalApply;
import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LowRank;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.experiment.Bench;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchRow;
import dev.errata.follower.FollowerCycle;
import dev.errata.follower.ServedVersions;
import dev.errata.memit.EditedTensors;
import dev.errata.stream.DeltaFeed;
import dev.errata.stream.VersionFeed;
import dev.errata.stream.kafka.KafkaDeltaFeed;
import dev.errata.stream.kafka.KafkaVersionFeed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * n versions of {@value #BATCH} facts each from the log, as a follower replays them: chunks read and checked, deltas decoded and applied,
 * the digest of every version checked. Then the same once more, one step after the other, to say where the time goes.
 *
 * <p>The log is that of a {@link BenchLine}; from the fifth version on every fact is a revision, so that a delta takes 64 pairs out and
 * puts 64 in, and has rank 128.
 *
 * <h2>Thread safety</h2> One in a process at a time.
 */
final class ReplayBench implements Bench {
    private static final int BATCH = 64;
    private static final double NANOS = 1e9;
    private static final Duration WAIT = Duration.ofMillis(250);

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public String measures() {
        return "n versions of " + BATCH + " facts from the log, each applied and its digest checked; the broker runs in the same process";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(1_000);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        try (TemporaryDirectory temporary = TemporaryDirectory.named("errata-replay");
                BenchLine line = new BenchLine(temporary.path().resolve("kafka"), context, BATCH)) {
            int versions = 0;
            for (int n : sizes.stream().sorted().distinct().toList()) {
                context.say().accept("making versions " + (versions + 1) + " to " + n);
                line.grow(n - versions, line.log(), temporary.path().resolve("worker"));
                versions = n;
                context.say().accept("replaying");
                rows.accept(row(n, line, temporary.path().resolve("follower-" + n)));
            }
        }
    }

    private static BenchRow row(int n, BenchLine line, Path state) {
        SortedMap<String, EditedTensor> base =
                EditedTensors.base(line.bench().model(), line.bench().parameters().layers());
        double follower = follower(n, line, base, state);
        Steps steps = new Steps(base);
        steps.run(n, line);
        steps.seconds.put("follower", follower);
        return new BenchRow(n, BATCH * n / follower, OptionalDouble.empty(), steps.seconds, steps.sizes(n));
    }

    private static double follower(int n, BenchLine line, SortedMap<String, EditedTensor> base, Path state) {
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
            require(n, served.number());
            return (System.nanoTime() - start) / NANOS;
        }
    }

    private static void require(long n, long version) {
        if (version != n) {
            throw new CliException(ExitCode.FAILED, "replayed version " + version + " (expected: " + n + ")");
        }
    }

    /** The same without threads of its own, payloads on disk, or a model that serves. */
    private static final class Steps {
        private final Map<String, Double> seconds = new LinkedHashMap<>();
        private final SortedMap<String, EditedTensor> weights = new TreeMap<>();
        private long bytes;
        private long rank;

        Steps(SortedMap<String, EditedTensor> base) {
            base.forEach((name, tensor) -> weights.put(name, tensor.copy()));
        }

        void run(int n, BenchLine line) {
            try (VersionFeed versions = new KafkaVersionFeed(line.kafka(), line.wiring().line());
                    DeltaFeed deltas = new KafkaDeltaFeed(line.kafka(), line.wiring().line())) {
                for (int number = 1; number <= n; ) {
                    Optional<Version> version = time("read", () -> versions.next(WAIT));
                    if (version.isPresent()) {
                        long before = number - 1;
                        PayloadRef delta = ((Solved) version.get().change()).delta();
                        apply(version.get(), time("read", () -> deltas.read(version.get().number(), delta, before)));
                        number++;
                    }
                }
            }
        }

        private void apply(Version version, byte[] payload) {
            Delta delta = time("decode", () -> DeltaCodec.decode(payload));
            time("apply", () -> {
                delta.changes().forEach(change -> CanonicalApply.applyInPlace(weights.get(change.tensor()), change));
                return delta;
            });
            time("sha256", () -> {
                version.tensors().forEach(tensor -> {
                    if (!weights.get(tensor.name()).digest().equals(tensor.after())) {
                        throw new CliException(ExitCode.FAILED, "version " + version.number() + ": " + tensor.name());
                    }
                });
                return delta;
            });
            bytes += payload.length;
            rank += delta.changes().stream().mapToInt(change -> change instanceof LowRank low ? low.rank() : 0).max().orElse(0);
        }

        private <T> T time(String step, Supplier<T> work) {
            long start = System.nanoTime();
            T result = work.get();
            seconds.merge(step, (System.nanoTime() - start) / NANOS, Double::sum);
            return result;
        }

        Map<String, Double> sizes(int n) {
            return Map.of("delta_bytes", (double) bytes / n, "rank", (double) rank / n);
        }
    }
}
