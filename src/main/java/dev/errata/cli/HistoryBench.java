package dev.errata.cli;

import dev.errata.experiment.Bench;
import dev.errata.experiment.BenchContext;
import dev.errata.experiment.BenchRow;
import dev.errata.fact.FactKey;
import dev.errata.history.HistoryFeed;
import dev.errata.history.HistoryIndex;
import dev.errata.history.LogFilter;
import dev.errata.history.Status;
import dev.errata.service.Wiring;
import dev.errata.stream.Commit;
import dev.errata.stream.Head;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.Outlines;
import dev.errata.stream.kafka.KafkaTails;
import dev.errata.stream.kafka.LogFiller;
import dev.errata.stream.kafka.TopicSetup;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * n versions of ten facts each on an embedded broker ({@link HistoryLog}): how fast the index of the history is made anew, and how long
 * its answers take, asked for in this process and by REST of the service that this process becomes.
 *
 * <p>The first making is that of a process that has just started; the others are of code that is compiled.
 *
 * <h2>Thread safety</h2> One in a process, once, for one size.
 */
final class HistoryBench implements Bench {
    private static final double NANOS = 1e9;
    private static final int IN_A_TRANSACTION = 100;
    private static final int REBUILDS = 4;
    private static final int QUESTIONS = 300;
    private static final int NEAR = 100;
    private static final int DECODED = 1000;
    private static final int DIFF_FACTS = 100;
    private static final Duration READY = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "history";
    }

    @Override
    public String measures() {
        return "the index of a log of n versions made anew, and its answers; the broker runs in the same process";
    }

    @Override
    public List<Integer> sizes() {
        return List.of(10_000);
    }

    @Override
    public int smallest() {
        return 10;
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
        int port = free();
        AtomicReference<RuntimeException> broken = new AtomicReference<>();
        try (TemporaryDirectory temporary = TemporaryDirectory.named("errata-history");
                ServiceProcess process = new ServiceProcess(false)) {
            Map<String, String> service = Map.of(
                    "errata.roles", "api", "errata.state.dir", temporary.path().toString(), "errata.model.name", model(context),
                    "quarkus.http.port", Integer.toString(port), "quarkus.log.console.level", "WARN",
                    "quarkus.log.category.\"org.apache.kafka\".level", "ERROR");
            service.forEach(System::setProperty);
            KafkaSettings kafka = KafkaSettings.of(process.startBroker(temporary.path().resolve("kafka"), 0));
            Trial trial = new Trial(n, kafka, new Wiring(Configured.now().settings()), temporary.path(), context.say());
            trial.fill();
            trial.inProcess();
            trial.decode();
            Thread script = new Thread(() -> {
                try {
                    trial.overHttp(new ServiceClient(URI.create("http://127.0.0.1:" + port)));
                } catch (RuntimeException e) {
                    broken.set(e);
                } finally {
                    Quarkus.asyncExit(0);
                }
            }, "errata-history-bench");
            script.start();
            process.run();
            script.join();
            if (broken.get() != null) {
                throw broken.get();
            }
            rows.accept(trial.row());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILED, "interrupted", e);
        }
    }

    private static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One question in its kinds, to an index or a service. */
    private record Question(String name, Runnable ask) {}

    private static final class Trial {
        private final int n;
        private final KafkaSettings kafka;
        private final ModelLine line;
        private final Wiring wiring;
        private final Path directory;
        private final Consumer<String> say;
        private final HistoryLog log;
        private final Map<String, Double> phases = new LinkedHashMap<>();
        private final Map<String, Double> more = new LinkedHashMap<>();
        private double rate;

        Trial(int n, KafkaSettings kafka, Wiring wiring, Path directory, Consumer<String> say) {
            this.n = n;
            this.kafka = kafka;
            this.wiring = wiring;
            this.line = wiring.line();
            this.directory = directory;
            this.say = say;
            this.log = new HistoryLog(line.model());
        }

        void fill() {
            say.accept("making " + n + " versions");
            TopicSetup.ensure(kafka, wiring.topics(), wiring.topicSettings());
            long start = System.nanoTime();
            int facts = 0;
            try (LogFiller filler = new LogFiller(kafka, line, Clock.systemUTC())) {
                while (log.chain().head() < n) {
                    List<Commit> commits = new ArrayList<>();
                    while (commits.size() < IN_A_TRANSACTION && log.chain().head() < n) {
                        commits.add(log.next());
                        facts += commits.get(commits.size() - 1).outcomes().size();
                    }
                    long head = log.chain().head();
                    filler.write(commits, new Head(line.model(), head, log.chain().digest(head), Clock.systemUTC().instant()));
                }
            }
            phases.put("fill", (System.nanoTime() - start) / NANOS);
            rate = facts / phases.get("fill");
            more.put("outcomes", (double) facts);
        }

        void inProcess() {
            List<Double> rates = new ArrayList<>();
            for (int i = 0; i < REBUILDS; i++) {
                say.accept("making the index, " + (i + 1) + " of " + REBUILDS);
                rates.add(read(directory.resolve("index-" + i)));
            }
            more.put("rebuild_first_records_per_second", rates.get(0));
            List<Double> warm = rates.subList(1, rates.size()).stream().sorted().toList();
            more.put("rebuild_records_per_second", warm.get(warm.size() / 2));
            say.accept("asking");
            try (HistoryIndex index = index(directory.resolve("index-0")); HistoryFeed feed = opened(index)) {
                measure("", ofIndex(index));
            }
        }

        /** What reading a version takes, whole with its schema and in outline. */
        void decode() {
            List<byte[]> records = new ArrayList<>();
            for (long number = 1; number <= Math.min(n, DECODED); number++) {
                records.add(EventCodec.VERSION.encode(log.chain().get(number)));
            }
            for (int i = 0; i < REBUILDS; i++) {
                more.put("decode_seconds", each(records, EventCodec.VERSION::decode));
                more.put("decode_outline_seconds", each(records, Outlines.VERSION::view));
            }
        }

        private static double each(List<byte[]> records, Consumer<byte[]> read) {
            long start = System.nanoTime();
            records.forEach(read);
            return (System.nanoTime() - start) / NANOS / records.size();
        }

        private HistoryIndex index(Path at) {
            return new HistoryIndex(at, new KafkaTails(kafka, line, HistoryIndex.topics()), line.model());
        }

        private HistoryFeed opened(HistoryIndex index) {
            long start = System.nanoTime();
            HistoryFeed feed = index.feed();
            index.newest();
            phases.put("open", (System.nanoTime() - start) / NANOS);
            return feed;
        }

        /** Records per second, of an index that is not there. */
        private double read(Path at) {
            long start = System.nanoTime();
            try (HistoryIndex index = index(at); HistoryFeed feed = index.feed()) {
                while (!feed.caughtUp()) {
                    feed.turn();
                }
                double seconds = (System.nanoTime() - start) / NANOS;
                require(index.newest());
                more.put("records", (double) feed.records());
                phases.put("rebuild", seconds);
                phases.put("of_it_writing", feed.writing() / NANOS);
                return feed.records() / seconds;
            }
        }

        private void require(long newest) {
            if (newest != n) {
                throw new CliException(ExitCode.FAILED, "the index ends at version " + newest + " (expected: " + n + ")");
            }
        }

        private List<Question> ofIndex(HistoryIndex index) {
            return List.of(
                    new Question("why", () -> index.why(log.anyKey().subject(), Optional.empty())),
                    new Question("show", () -> index.version(any())),
                    new Question("diff_near", () -> index.difference(near(), near(), DIFF_FACTS)),
                    new Question("diff_any", () -> index.difference(any(), any(), DIFF_FACTS)),
                    new Question("log", () -> index.log(filter(Optional.empty(), Optional.empty(), Optional.empty()))),
                    new Question("log_subject", () -> index.log(filter(
                            Optional.of(log.anyKey().subject()), Optional.empty(), Optional.empty()))),
                    new Question("log_source", () -> index.log(filter(
                            Optional.empty(), Optional.empty(), Optional.of("https://sources.example/3")))),
                    new Question("log_unknown_source", () -> index.log(filter(
                            Optional.empty(), Optional.empty(), Optional.of("nobody")))));
        }

        private static LogFilter filter(Optional<String> subject, Optional<String> relation, Optional<String> source) {
            return new LogFilter(subject, relation, source, Optional.empty(), Optional.empty(), Set.<Status>of(), 50, Optional.empty());
        }

        private long any() {
            return 1 + log.random().nextInt(n);
        }

        private long near() {
            return Math.max(1, n - log.random().nextInt(NEAR));
        }

        void overHttp(ServiceClient client) {
            say.accept("asking by REST");
            long deadline = System.nanoTime() + READY.toNanos();
            while (!ready(client)) {
                if (System.nanoTime() > deadline) {
                    throw new CliException(ExitCode.FAILED, "the service has no history after " + READY);
                }
                pause();
            }
            measure("http_", List.of(
                    new Question("why", () -> why(client, log.anyKey())),
                    new Question("show", () -> client.get(new ServiceClient.Target("/versions/" + any()))),
                    new Question("diff_near", () -> client.get(new ServiceClient.Target("/versions/" + near() + "/diff/" + near()))),
                    new Question("diff_any", () -> client.get(new ServiceClient.Target("/versions/" + any() + "/diff/" + any()))),
                    new Question("log", () -> client.get(new ServiceClient.Target("/log"))),
                    new Question("log_subject", () -> client.get(
                            new ServiceClient.Target("/log").with("subject", log.anyKey().subject())))));
        }

        private static void why(ServiceClient client, FactKey key) {
            client.get(new ServiceClient.Target("/why").with("subject", key.subject()));
        }

        private boolean ready(ServiceClient client) {
            try {
                ServiceClient.Target newest = new ServiceClient.Target("/log")
                        .with("status", "edited").with("status", "rolledBack").with("limit", 1);
                require(client.get(newest).path("lines").path(0).path("version").asLong());
                return true;
            } catch (CliException e) {
                return false;
            }
        }

        private static void pause() {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void measure(String prefix, List<Question> questions) {
            for (Question question : questions) {
                List<Double> seconds = new ArrayList<>();
                for (int i = 0; i < QUESTIONS; i++) {
                    long start = System.nanoTime();
                    question.ask().run();
                    seconds.add((System.nanoTime() - start) / NANOS);
                }
                List<Double> sorted = seconds.stream().sorted().toList();
                more.put(prefix + question.name() + "_p50_seconds", percentile(sorted, 0.5));
                more.put(prefix + question.name() + "_p99_seconds", percentile(sorted, 0.99));
                more.put(prefix + question.name() + "_max_seconds", percentile(sorted, 1));
            }
        }

        private static double percentile(List<Double> sorted, double share) {
            return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
        }

        BenchRow row() {
            return new BenchRow(n, rate, OptionalDouble.empty(), phases, more);
        }
    }
}
