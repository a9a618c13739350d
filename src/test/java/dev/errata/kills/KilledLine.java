package dev.errata.kills;

import dev.errata.audit.AuditReport;
import dev.errata.audit.AuditRules;
import dev.errata.audit.LogAudit;
import dev.errata.fact.FactChange;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.LinearEditor;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operator;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.FactPublisher;
import dev.errata.stream.kafka.KafkaLogSource;
import dev.errata.stream.kafka.OperatorLog;
import dev.errata.stream.kafka.TopicSetup;
import dev.errata.worker.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** A line of versions with topics of its own, whose processes are killed, stopped and started again. One thread. */
final class KilledLine implements AutoCloseable {
    private static final LinearEditor EDITOR = new LinearEditor(1);
    private static final AuditRules RULES = AuditRules.of(EDITOR.baseWeights(), FactLimits.DEFAULT);
    private static final int TOGETHER = 2;
    private static final int AGE_MILLIS = 300;
    /** At the end of a partition nothing comes any more. */
    private static final String FETCH_WAIT_MILLIS = "20";
    /** A minute would be long for a trial, and a broker that was killed is back sooner. */
    private static final Map<String, String> PUBLISHER = Map.of("request.timeout.ms", "10000", "delivery.timeout.ms", "30000");
    private static final int TRIES = 3;
    private static final Duration BETWEEN = Duration.ofMillis(100);

    private final MortalBroker broker;
    private final Path directory;
    private final ModelLine line;
    private final Story story;
    private final int batch;
    private final FactPublisher facts;
    private final List<Life> lives = new ArrayList<>();
    private OptionalLong struck = OptionalLong.empty();
    private LongSupplier recovered;

    /**
     * @param prefix of its topics
     * @param subjects so many facts are there
     * @param batch so many make a batch full
     */
    KilledLine(MortalBroker broker, Path directory, String prefix, Random random, int subjects, int batch) {
        this.broker = broker;
        this.directory = directory.resolve(prefix);
        this.line = new ModelLine(new Topics(prefix + "."), LineProcess.MODEL);
        this.story = new Story(random, subjects);
        this.batch = batch;
        create(this.directory);
        TopicSetup.ensure(broker.settings(), line.topics(), new TopicSettings(true, 2, OptionalInt.empty()));
        KafkaSettings impatient = new KafkaSettings(broker.settings().bootstrapServers(), PUBLISHER);
        this.facts = new FactPublisher(impatient, line.topics(), FactLimits.DEFAULT, Clock.systemUTC());
    }

    private static void create(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MortalBroker broker() {
        return broker;
    }

    /** What its processes know on disk, besides the log. */
    Path state() {
        return directory.resolve("state");
    }

    /** Starts a process with all roles, which runs on. */
    Life start() {
        return start(Map.of());
    }

    /** Starts a process that stops when it comes by a step for the nth time. */
    Life start(Step step, int time) {
        return start(Map.of("kill.step", step, "kill.time", time));
    }

    Life start(Map<String, Object> properties) {
        return start(properties, List.of());
    }

    /** @param properties other than usual */
    Life start(Map<String, Object> properties, List<String> within) {
        Map<String, Object> all = new TreeMap<>(Map.of(
                "kill.bootstrap", broker.settings().bootstrapServers(),
                "kill.prefix", line.topics().prefix(),
                "kill.roles", roles(Role.ACCUMULATOR, Role.WORKER, Role.FOLLOWER),
                "kill.step", Step.NONE,
                "kill.time", 1,
                "kill.takes", 0,
                "kill.batch", batch,
                "kill.age", AGE_MILLIS,
                "kill.state", state()));
        all.putAll(properties);
        create(state());
        Life life = new Life(LineProcess.class, all, within);
        lives.add(life);
        return life;
    }

    static String roles(Role... roles) {
        return String.join(",", List.of(roles).stream().map(Role::name).toList());
    }

    /** The source says so much more, little by little; what it has said is on the topic then. */
    void publish(int changes) {
        for (int i = 0; i < changes; i += TOGETHER) {
            send(story.next(TOGETHER));
            Life.pause(BETWEEN);
        }
    }

    /** The source goes on until a process has said this: what is said before it runs is taken in all at once. */
    void publishUntil(Life life, String words) {
        long end = System.nanoTime() + Life.PATIENCE.toNanos();
        while (!life.hasSaid(words) && System.nanoTime() < end) {
            publish(TOGETHER);
        }
        life.await(words);
    }

    /** The source says facts of which one makes every edit fail. */
    void publishPoisoned(int changes) {
        send(story.poisoned(changes));
    }

    /** The source says a fact whose version will be held. */
    void publishDoubtful() {
        send(story.doubtful());
    }

    /** An operator asks for a rebase. */
    void rebase() {
        try (OperatorLog operators = new OperatorLog(broker.settings(), line, Clock.systemUTC())) {
            operators.rebase(Operator.ANYBODY, "kill matrix");
        }
    }

    /** An operator decides about a held version. */
    void decide(long version, boolean release) {
        try (OperatorLog operators = new OperatorLog(broker.settings(), line, Clock.systemUTC())) {
            operators.decide(Operator.ANYBODY, version, release, "kill matrix");
        }
    }

    /** The source says so much more at once. */
    void burst(int changes, int together) {
        for (int i = 0; i < changes; i += together) {
            send(story.next(Math.min(together, changes - i)));
        }
    }

    /** Publishing is at least once: a source that gets no answer says it all again. */
    private void send(List<FactChange> changes) {
        for (int tries = 1; ; tries++) {
            try {
                facts.publish(changes);
                return;
            } catch (ErrataException e) {
                if (e.failure() != Failure.LOG_UNREACHABLE || tries == TRIES) {
                    throw e;
                }
                System.out.println("kill matrix: the source says it again, after " + e.getMessage());
            }
        }
    }

    /** Versions that its processes say they have committed. */
    long committed() {
        return lives.stream().mapToLong(life -> life.said(LineProcess.VERSION).size()).sum();
    }

    /** The blow falls now: the line has recovered when a version is committed, by whichever process. */
    void struck() {
        struck = OptionalLong.of(System.nanoTime());
        recovered = () -> first(LineProcess.VERSION, any -> true);
    }

    /** The same for a follower: it has recovered when it serves what turns out to be the newest version. */
    void followerStruck() {
        struck = OptionalLong.of(System.nanoTime());
        recovered = () -> {
            List<String> digests = digests();
            return first(LineProcess.SERVED, digests.get(digests.size() - 1)::equals);
        };
    }

    /** How long after the blow; none where nothing was killed. */
    Optional<Duration> recovery() {
        return struck.isEmpty() ? Optional.empty() : Optional.of(Duration.ofNanos(recovered.getAsLong() - struck.getAsLong()));
    }

    private long first(String word, Predicate<String> wanted) {
        return lives.stream()
                .flatMap(life -> life.said(word, struck.getAsLong()).stream())
                .filter(line -> wanted.test(line.text()))
                .mapToLong(Life.Line::nanos)
                .min()
                .orElseThrow(() -> new AssertionError("nobody said \"" + word + "\" after the blow (expected: somebody)"));
    }

    /**
     * Waits until all that was said has come to its end and is served; then the auditor is asked, and the source counts.
     *
     * @throws AssertionError with what does not hold
     */
    AuditReport rest(Duration patience) {
        AtomicReference<Map<String, Long>> open = new AtomicReference<>(Map.of());
        Life.until(patience, () -> {
            open.set(audit(RULES).open());
            return open.get().isEmpty() && headIsServed();
        }, () -> {
            Life last = lives.get(lives.size() - 1);
            if (lives.stream().noneMatch(Life::isAlive)) {
                throw new AssertionError("all processes have ended (expected: one lives)\n" + last.tail());
            }
            return "nothing open, but: " + open.get() + ", and the head is served by the last process to follow\n" + last.tail();
        });
        AuditReport rested = audit(RULES.resting());
        if (!rested.sound()) {
            throw new AssertionError(rested.findings().toString());
        }
        try (LogSource log = log()) {
            StoryCount.require(log, story.events());
        }
        requireServed();
        return rested;
    }

    private AuditReport audit(AuditRules rules) {
        try (LogSource log = log()) {
            return LogAudit.of(log, line, rules);
        }
    }

    private LogSource log() {
        KafkaSettings settings = new KafkaSettings(broker.settings().bootstrapServers(), Map.of("fetch.max.wait.ms", FETCH_WAIT_MILLIS));
        return new KafkaLogSource(ClientFactory.of(settings), line);
    }

    private List<String> digests() {
        List<String> digests = new ArrayList<>(List.of(LineProcess.digest(EDITOR.baseWeights())));
        try (LogSource log = log();
                LogSource.Cursor versions = log.read(Topic.VERSIONS)) {
            for (Optional<RawRecord> next = versions.next(); next.isPresent(); next = versions.next()) {
                digests.add(EventCodec.VERSION.decode(next.get().value()).digest());
            }
        }
        return digests;
    }

    /** Whether the process that began to follow last serves the newest version. */
    private boolean headIsServed() {
        List<String> digests = digests();
        List<String> served = lives.stream()
                .map(life -> life.said(LineProcess.SERVED))
                .filter(said -> !said.isEmpty())
                .reduce((one, later) -> later)
                .orElse(List.of(""));
        return served.get(served.size() - 1).equals(digests.get(digests.size() - 1));
    }

    /** No process has served this version. */
    void requireUnserved(long version) {
        String digest = digests().get((int) version);
        if (lives.stream().anyMatch(life -> life.said(LineProcess.SERVED).contains(digest))) {
            throw new AssertionError("served: version " + version + " (expected: not while it is held)");
        }
    }

    /** No process has ever served weights that are no version's. */
    private void requireServed() {
        Set<String> known = new HashSet<>(digests());
        lives.stream().flatMap(life -> life.said(LineProcess.SERVED).stream()).filter(digest -> !known.contains(digest)).forEach(digest -> {
            throw new AssertionError("served: " + digest + " (expected: a version's weights)");
        });
    }

    @Override
    public void close() {
        lives.forEach(Life::close);
        facts.close();
    }
}
