package dev.errata.kills;

import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.batch.Intent;
import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.Payloads;
import dev.errata.delta.SnapshotStore;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluator.Measured;
import dev.errata.evaluation.ProbedFact;
import dev.errata.evaluation.Score;
import dev.errata.evaluation.Scores;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.follower.FollowerCycle;
import dev.errata.follower.ServedVersions;
import dev.errata.memit.LinearEditor;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topics;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.KafkaEditLog;
import dev.errata.stream.kafka.KafkaIntakeLog;
import dev.errata.stream.kafka.KafkaDeltaFeed;
import dev.errata.stream.kafka.KafkaVersionFeed;
import dev.errata.transformer.Overlay;
import dev.errata.worker.AccumulatorCycle;
import dev.errata.worker.CycleListener;
import dev.errata.worker.Disk;
import dev.errata.worker.EditorCycle;
import dev.errata.worker.Gate;
import dev.errata.worker.Guards;
import dev.errata.worker.IntakeTroubles;
import dev.errata.worker.Patience;
import dev.errata.worker.Role;
import dev.errata.worker.RoleThread;
import dev.errata.worker.Room;
import dev.errata.worker.VersionMaker;
import dev.errata.worker.Workshop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The roles of a line in a process of their own, as {@code service/Station} puts them together, but with a model of no more than its
 * edited tensors and with seams at which it can be stopped. What happens it says on standard output; a line on standard input lets it go
 * on, and the end of standard input ends it.
 */
final class LineProcess {
    static final String MODEL = "linear";
    static final String READY = "ready";
    /** A version was committed by this process. */
    static final String VERSION = "version: ";
    /** The digest of the version that is served from now on. */
    static final String SERVED = "served: ";
    static final String FAILED = "failed: ";
    /** So many changes of an intent were rejected. */
    static final String REJECTED = "rejected: ";
    /** This version waits for an operator. */
    static final String HELD = "held: ";
    /** A version that writes this object is held. */
    static final String DOUBTFUL = "doubtful";
    /** The digest of the base model as a whole, which is no more than its name here. */
    private static final String BASE = "0".repeat(64);
    /** Many chunks in each transaction. */
    private static final int CHUNK_BYTES = 600;
    private static final int MAX_PENDING = 10_000;
    /** Snapshots so often that most trials have some. */
    private static final int MARKS = 3;
    private static final int PERCENT = 100;

    private final Clock clock = Clock.systemUTC();
    private final LinearEditor editor = new LinearEditor(1);
    private final ModelLine line = new ModelLine(new Topics(System.getProperty("kill.prefix")), MODEL);
    private final Stop stop = new Stop(Step.valueOf(System.getProperty("kill.step")), Integer.getInteger("kill.time"));
    private final Path state = Path.of(System.getProperty("kill.state"));
    private final ClientFactory clients = new StoppingClients(ClientFactory.of(kafka()), stop);

    private LineProcess() {}

    /** Properties for all clients come as {@code name=value}. */
    private static KafkaSettings kafka() {
        Map<String, String> client = Arrays.stream(System.getProperty("kill.client", "").split(","))
                .map(one -> one.split("="))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new KafkaSettings(System.getProperty("kill.bootstrap"), client);
    }

    public static void main(String[] args) throws IOException {
        LineProcess process = new LineProcess();
        List<Role> roles = Arrays.stream(System.getProperty("kill.roles").split(",")).map(Role::valueOf).toList();
        roles.forEach(process::start);
        System.out.println(READY);
        while (System.in.read() >= 0) {
            process.stop.go();
        }
        Runtime.getRuntime().halt(1);
    }

    private void start(Role role) {
        RoleThread.Opener opener = switch (role) {
            case ACCUMULATOR -> accumulator();
            case WORKER -> worker();
            case FOLLOWER -> follower();
            case API -> throw new IllegalArgumentException("role: " + role + " (expected: one with a cycle)");
        };
        new RoleThread(role.label(), opener, (name, code) -> System.out.println(FAILED + name + " " + code)).start();
    }

    private RoleThread.Opener accumulator() {
        AccumulatorRules rules = new AccumulatorRules(
                Integer.getInteger("kill.batch"), Duration.ofMillis(Integer.getInteger("kill.age")), ConflictRule.LATER);
        IntakeTroubles troubles = new IntakeTroubles(Patience.DEFAULT.attempts());
        return () -> RoleThread.owning(KafkaIntakeLog.open(clients, line, FactLimits.DEFAULT, clock), log ->
                new AccumulatorCycle(log, rules, Room.of(MAX_PENDING), clock, CycleListener.NONE, troubles));
    }

    private RoleThread.Opener worker() {
        Workshop workshop = new Workshop(
                MODEL,
                new StoppingEditor(editor, stop, Duration.ofMillis(Integer.getInteger("kill.takes"))),
                LineProcess::measured,
                new VersionMaker(MODEL, BASE, Map.of(), "killed"),
                new Disk(disk(Role.WORKER, Step.BEFORE_SWAP), new SnapshotStore(state.resolve("snapshots")), MARKS),
                new Guards(10, 10, 100, 0, 1, 1),
                new Gate(PERCENT, 0, 0, 0, PERCENT),
                Patience.DEFAULT,
                CHUNK_BYTES,
                clock,
                new CycleListener() {
                    @Override
                    public void held(Version version) {
                        System.out.println(HELD + version.number());
                    }

                    @Override
                    public void committed(Version version, List<Outcome> outcomes) {
                        System.out.println(VERSION + version.number());
                        rejected(outcomes);
                    }

                    @Override
                    public void declined(Intent intent, List<Outcome> outcomes) {
                        rejected(outcomes);
                    }

                    private void rejected(List<Outcome> outcomes) {
                        long rejected = outcomes.stream().filter(outcome -> outcome.fate() instanceof Fate.Rejected).count();
                        if (rejected > 0) {
                            System.out.println(REJECTED + rejected);
                        }
                    }
                });
        return () -> RoleThread.owning(KafkaEditLog.open(clients, line, clock), log -> new EditorCycle(log, workshop));
    }

    private static Measured measured(Map<String, EditedTensor> weights, List<ProbedFact> written, List<ProbedFact> earlier) {
        boolean doubtful = written.stream().anyMatch(fact -> fact.fact().object().equals(DOUBTFUL));
        Map<String, Score> scores = written.isEmpty() ? Map.of() : Map.of(Scores.EFFICACY_SUCCESS, new Score(doubtful ? 0 : PERCENT, 1));
        return new Measured(new Scores(written.size(), scores), Optional.empty(), Optional.empty());
    }

    private RoleThread.Opener follower() {
        ServedVersions served = ServedVersions.unasked(
                MODEL, editor.baseWeights(), disk(Role.FOLLOWER, Step.FOLLOWER_BEFORE_KEEP),
                () -> new KafkaDeltaFeed(clients, line), this::serve);
        return () -> RoleThread.owning(new KafkaVersionFeed(clients, line), feed -> new FollowerCycle(feed, served));
    }

    private Payloads disk(Role role, Step step) {
        return new StoppingPayloads(new PayloadStore(state.resolve(role.label())), stop, step);
    }

    private Overlay serve(SortedMap<String, EditedTensor> weights) {
        if (weights != editor.baseWeights()) {
            stop.at(Step.FOLLOWER_BEFORE_SWAP);
        }
        System.out.println(SERVED + digest(weights));
        return Overlay.NONE;
    }

    /** As a version names it. */
    static String digest(SortedMap<String, EditedTensor> weights) {
        SortedMap<String, String> digests = new TreeMap<>();
        weights.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return Digest.version(digests);
    }
}
