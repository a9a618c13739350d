package dev.errata.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.audit.AuditReport;
import dev.errata.audit.AuditRules;
import dev.errata.audit.LogAudit;
import dev.errata.audit.MemoryLog;
import dev.errata.cli.ServiceClient.Target;
import dev.errata.delta.EditedTensor;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.memit.HyperParameters;
import dev.errata.safetensors.Safetensors;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.Topics;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaLogSource;
import dev.errata.stream.kafka.OperatorLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One line of versions whose process is killed again and again, while an upstream goes on publishing.
 *
 * <p>Everything that is left to chance comes from one {@link Random}, and what happened is printed, so that a failure can be repeated
 * as closely as two processes allow. Not thread-safe.
 */
final class KillScene implements AutoCloseable {
    static final ModelLine LINE = new ModelLine(Topics.DEFAULT, "errata-gptj-8m");
    private static final Path MODEL = Path.of("models", LINE.model());
    private static final AuditRules RULES = AuditRules.of(base(), FactLimits.DEFAULT);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(400);
    private static final int BETWEEN_FACTS_MILLIS = 200;

    private final Path directory;
    private final Random random;
    private final KafkaSettings kafka;
    private final List<String> options;
    private final boolean ownBroker;
    private final int port = ServingProcess.freePort();
    private final FactPublisher facts;
    private final OperatorLog operators;
    private final ExecutorService upstream = Executors.newSingleThreadExecutor();
    private final List<Future<?>> published = new ArrayList<>();
    private final long start = System.nanoTime();
    private ServingProcess process;
    private int lives;

    private KillScene(Path directory, Random random, String bootstrapServers, List<String> broker, boolean ownBroker) {
        this.directory = directory;
        this.random = random;
        this.kafka = KafkaSettings.of(bootstrapServers);
        this.options = new ArrayList<>(broker);
        this.ownBroker = ownBroker;
        options.addAll(List.of("--data", directory.resolve("data").toString()));
        this.facts = new FactPublisher(kafka, LINE.topics(), FactLimits.DEFAULT, Clock.systemUTC());
        this.operators = new OperatorLog(kafka, LINE, Clock.systemUTC());
    }

    /** Only the process is killed. */
    static KillScene onBroker(String bootstrapServers, Path directory, Random random) {
        return new KillScene(directory, random, bootstrapServers, List.of("--bootstrap-servers", bootstrapServers), false);
    }

    /** The process has its broker inside, and they are killed together. */
    static KillScene withBrokerInside(Path directory, Random random) {
        String port = Integer.toString(ServingProcess.freePort());
        return new KillScene(directory, random, "127.0.0.1:" + port, List.of("--kafka-port", port), true);
    }

    KafkaSettings kafka() {
        return kafka;
    }

    /** A process that is killed before it is known to serve. */
    void shortLife() {
        KillMoment moment = KillMoment.of(KillMoment.Sight.START, random, 1);
        begin();
        ServingProcess.pause(moment.later());
        kill(moment);
    }

    /** A process that serves until the moment comes, while {@code part} is published. */
    void life(KillMoment.Sight sight, List<DemoStream.Step> part) {
        KillMoment moment = KillMoment.of(sight, random, part.size() - 2);
        begin();
        awaitReady();
        try (KillWatch watch = new KillWatch(kafka, LINE)) {
            say("ready, with %s", watch.before());
            publish(part);
            watch.await(moment);
            kill(moment);
        }
    }

    /** A process that serves on: publishes the rest and returns what the topics hold when the line has come to rest. */
    MemoryLog lastLife(List<DemoStream.Step> rest) {
        begin();
        awaitReady();
        publish(rest);
        published.forEach(KillScene::join);
        long end = System.nanoTime() + PATIENCE.toNanos();
        AuditReport report = audit(RULES);
        while (!report.open().isEmpty()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not done after " + PATIENCE + ": " + report.open() + " (expected: nothing)\n" + process.tail());
            }
            if (!process.isAlive()) {
                throw new AssertionError("the process has ended (expected: it serves until it is killed)\n" + process.tail());
            }
            ServingProcess.pause(POLL);
            report = audit(RULES);
        }
        say("at rest, with %d outcomes and %d versions", report.records().get(Topic.OUTCOMES.suffix()), report.versions());
        try (LogSource log = log()) {
            return MemoryLog.copy(log);
        }
    }

    /** What the auditor says of the line, which has come to rest. */
    AuditReport audit() {
        return audit(RULES.resting());
    }

    private AuditReport audit(AuditRules rules) {
        try (LogSource log = log()) {
            return LogAudit.of(log, LINE, rules);
        }
    }

    private LogSource log() {
        return new KafkaLogSource(ClientFactory.of(kafka), LINE);
    }

    /** What the serving process answers about a fact, once it is ready. */
    JsonNode ask(Asserted fact) {
        awaitReady();
        return process.get(new Target("/ask")
                .with("prompt", fact.fact().prompt())
                .with("tokens", 3)
                .with("object", fact.fact().object())
                .with("object", fact.previousObject().orElseThrow()));
    }

    /** The tensors that may be edited, as they stand in the model's file: no code that computes is needed to replay. */
    private static SortedMap<String, EditedTensor> base() {
        Safetensors file = Safetensors.read(MODEL.resolve("model.safetensors"));
        SortedMap<String, EditedTensor> base = new TreeMap<>();
        for (int block : HyperParameters.read(MODEL.resolve("hparams.json")).layers()) {
            String name = "transformer.h." + block + ".mlp.fc_out.weight";
            long[] shape = file.shape(name);
            base.put(name, new EditedTensor(name, false, (int) shape[0], (int) shape[1], file.floats(name)));
        }
        return base;
    }

    private void begin() {
        lives++;
        process = new ServingProcess(directory.resolve("life-" + lives + ".log"), port, options);
    }

    private void awaitReady() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!process.ready()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not ready after " + PATIENCE + " (expected: caught up)\n" + process.tail());
            }
            ServingProcess.pause(POLL);
        }
    }

    private void kill(KillMoment moment) {
        process.kill();
        List<String> open = ownBroker ? List.of("the broker died too") : KillWatch.open(kafka, LINE);
        say("killed %s; open transactions in: %s", moment, open.isEmpty() ? "none" : String.join(", ", open));
        process.troubles().forEach(trouble -> say("  it had said: %s", trouble));
        process.close();
    }

    private void publish(List<DemoStream.Step> part) {
        Random pace = new Random(random.nextLong());
        published.add(upstream.submit(() -> part.forEach(step -> {
            step.send(facts, operators);
            ServingProcess.pause(Duration.ofMillis(pace.nextInt(BETWEEN_FACTS_MILLIS)));
        })));
    }

    private static void join(Future<?> future) {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new AssertionError("publishing failed (expected: an upstream waits for its broker)", e.getCause());
        }
    }

    void say(String format, Object... values) {
        System.out.printf("kill test %6.1f s, life %d: %s%n", (System.nanoTime() - start) / 1e9, lives, String.format(format, values));
    }

    @Override
    public void close() {
        if (process != null) {
            process.troubles().forEach(trouble -> say("  it had said: %s", trouble));
            process.close();
        }
        upstream.shutdownNow();
        facts.close();
        operators.close();
    }
}
