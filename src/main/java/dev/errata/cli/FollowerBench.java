package dev.errata.cli;

import dev.errata.experiment.Bench;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchRow;
import io.quarkus.runtime.Quarkus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A follower that is asked by {@value AskLoad#CLIENTS} clients without a pause: while nothing is swapped, while n versions come in evenly
 * over the same time, and while each comes as soon as the one before is served. First directly, then over HTTP, for which this process
 * becomes the service. Each answer is compared with what its version says when it is asked alone.
 *
 * <p>Clients, follower and broker share the processors.
 *
 * <h2>Thread safety</h2> One in a process, once.
 */
final class FollowerBench implements Bench {
    @Override
    public String name() {
        return "follower";
    }

    @Override
    public String measures() {
        return "answers while n versions of " + FollowerLoad.BATCH + " facts are swapped in, beside " + AskLoad.CLIENTS
                + " clients who ask without a pause; the broker runs in the same process";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(100);
    }

    @Override
    public String model(BenchContext context) {
        return context.settings().modelName();
    }

    @Override
    public void run(List<Integer> sizes, BenchContext context, Consumer<BenchRow> rows) {
        if (sizes.size() > 1) {
            throw new CliException(ExitCode.BAD_INPUT, "--sizes: " + sizes + " (expected: one)");
        }
        int n = sizes.get(0);
        int port = StreamBench.free();
        AtomicReference<RuntimeException> broken = new AtomicReference<>();
        try (TemporaryDirectory temporary = TemporaryDirectory.named("errata-follower");
                FollowerLoad load = new FollowerLoad(temporary.path(), context, n);
                ServiceProcess process = new ServiceProcess(false)) {
            Map<String, Double> phases = new LinkedHashMap<>();
            Map<String, Double> more = new LinkedHashMap<>();
            double seconds = load.direct(phases, more);
            StreamBench.become(context.settings(), temporary.path(), port);
            StreamBench.set("errata.roles", "follower,api");
            StreamBench.set(Configured.BOOTSTRAP_SERVERS, load.bootstrapServers());
            Thread script = new Thread(() -> {
                try {
                    load.http(port, phases, more);
                } catch (RuntimeException e) {
                    broken.set(e);
                } finally {
                    Quarkus.asyncExit(0);
                }
            }, "errata-follower-bench");
            script.start();
            process.run();
            script.join();
            if (broken.get() != null) {
                throw broken.get();
            }
            load.compare(more);
            rows.accept(new BenchRow(n, FollowerLoad.BATCH * n / seconds, OptionalDouble.empty(), phases, more));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }
}
