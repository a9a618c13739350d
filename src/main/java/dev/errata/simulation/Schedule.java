package dev.errata.simulation;

import dev.errata.audit.AuditRules;
import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.Payloads;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.follower.FollowerCycle;
import dev.errata.follower.ServedVersions;
import dev.errata.memit.BatchEditor;
import dev.errata.memit.EditResult;
import dev.errata.memit.ForwardingEditor;
import dev.errata.memit.LinearEditor;
import dev.errata.memit.LiveSet;
import dev.errata.memit.Progress;
import dev.errata.stream.DeltaFeed;
import dev.errata.stream.EditLog;
import dev.errata.stream.FactLimits;
import dev.errata.stream.IntakeLog;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topics;
import dev.errata.stream.kafka.KafkaEditLog;
import dev.errata.stream.kafka.KafkaIntakeLog;
import dev.errata.stream.kafka.KafkaDeltaFeed;
import dev.errata.stream.kafka.KafkaVersionFeed;
import dev.errata.stream.simulated.Fate;
import dev.errata.stream.simulated.Misdeed;
import dev.errata.stream.simulated.SimulatedBroker;
import dev.errata.stream.simulated.SimulatedClients;
import dev.errata.transformer.Overlay;
import dev.errata.worker.AccumulatorCycle;
import dev.errata.worker.CycleListener;
import dev.errata.worker.Disk;
import dev.errata.worker.EditorCycle;
import dev.errata.worker.Guards;
import dev.errata.worker.IntakeTroubles;
import dev.errata.worker.Patience;
import dev.errata.worker.RoleThread;
import dev.errata.worker.Room;
import dev.errata.worker.VersionMaker;
import dev.errata.worker.Workshop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One schedule: some hundred things that happen to a line, all thrown by the dice of one seed, then calm until nothing moves, then
 * {@link Findings}.
 *
 * <p>A process can be stopped at any call of a client while others act; that is a call of the others from within it, so that the whole
 * runs on one thread and a seed gives the same schedule wherever it is run.
 *
 * <h2>Thread safety</h2> None: one thread. Schedules share nothing.
 */
final class Schedule {
    static final ModelLine LINE = new ModelLine(Topics.DEFAULT, "simulated");
    /** The digest of the base model as a whole, which is no more than its name here. */
    private static final String BASE = "0".repeat(64);
    /** A round takes up one intent, and hundreds may wait. */
    private static final int CALM_ROUNDS = 1_000;
    /** So many rounds in which nothing moves are rest; between them more time passes than any transaction has. */
    private static final int IDLE_ROUNDS = 6;
    private static final Duration IDLE = Duration.ofSeconds(70);
    private static final int DEPTH_MAX = 2;
    private static final int CHUNK_BYTES = 600;
    /** Few versions are made, and some of them are to be marks. */
    static final int STRIDE = 3;
    private static final int MAX_PENDING = 50;
    private static final Duration MAX_AGE = Duration.ofSeconds(20);
    private static final Patience PATIENCE = new Patience(32, 3);

    private final Random random;
    private final Optional<Planted> planted;
    private final Optional<Consumer<String>> tracer;
    private final int intensity;
    private final SimulatedBroker broker;
    private final Upstream upstream;
    private final Operators operators;
    private final ConflictRule conflict;
    private final LinearEditor editor = new LinearEditor(1);
    private final Map<String, Disk> disks = new TreeMap<>();
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final List<SimulatedClock> clocks = new ArrayList<>();
    private final List<SortedMap<String, EditedTensor>> served = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private boolean calm;
    private int depth;
    private int started;

    /** @param tracer hears of every step */
    Schedule(long seed, Optional<Planted> planted, Optional<Consumer<String>> tracer) {
        this.random = new Random(seed);
        this.planted = planted;
        this.tracer = tracer;
        this.intensity = 1 + random.nextInt(6);
        this.broker = new SimulatedBroker(LINE.topics(), 2, times -> calm || random.nextInt(times) == 0);
        this.upstream = new Upstream(broker, LINE, random);
        this.operators = new Operators(broker, LINE, random);
        this.conflict = random.nextInt(3) == 0 ? ConflictRule.REJECT : ConflictRule.LATER;
    }

    /** Runs it; what does not hold afterwards, in words. */
    List<String> run() {
        start(this::accumulator, "accumulator");
        start(this::editor, "editor");
        start(this::follower, "follower");
        int actions = 70 + random.nextInt(140);
        for (int i = 0; i < actions; i++) {
            act();
        }
        if (seen.isEmpty()) {
            seen.addAll(calm());
        }
        if (!seen.isEmpty()) {
            return seen;
        }
        List<EditorCycle> editors = processes.stream()
                .filter(process -> process.cycle() instanceof EditorCycle)
                .map(process -> (EditorCycle) process.cycle())
                .toList();
        List<String> findings = new ArrayList<>(new Findings(auditor(), editor, editors, served).all());
        if (findings.isEmpty()) {
            findings.addAll(Poison.findings(auditor()));
        }
        return findings;
    }

    private SimulatedClients auditor() {
        return new SimulatedClients(broker, Fate.KIND, Misdeed.NONE);
    }

    /** An auditor looks in while things happen: what is under way must not look like a violation. */
    private void look() {
        if (!seen.isEmpty()) {
            return;
        }
        trace("auditor", "looks");
        try {
            seen.addAll(Findings.audited(auditor(), AuditRules.of(editor.baseWeights(), FactLimits.DEFAULT)));
        } catch (ErrataException e) {
            // As long as somebody's transaction is open, or the broker is down.
            if (e.failure() != Failure.LOG_UNREACHABLE) {
                throw e;
            }
        }
    }

    /** Something happens. */
    private void act() {
        int dice = random.nextInt(100);
        if (dice < 25) {
            upstream.speak();
        } else if (dice < 28) {
            operators.rollback(served.size());
        } else if (dice < 30) {
            operators.rebase();
        } else if (dice < 34) {
            operators.decide(served.size());
        } else if (dice < 35) {
            switch (random.nextInt(6)) {
                case 0 -> upstream.brokenIntent();
                case 1, 2 -> look();
                default -> broker.compact();
            }
        } else if (dice < 37) {
            trace("broker", "down");
            broker.down(true);
        } else if (dice < 41) {
            broker.down(false);
        } else if (dice < 43) {
            startAnother();
        } else {
            turnOfSome();
        }
    }

    private void turnOfSome() {
        List<SimulatedProcess> free = processes.stream().filter(SimulatedProcess::free).toList();
        if (free.isEmpty() || free.size() < 3 && random.nextInt(4) == 0) {
            startAnother();
        } else {
            free.get(random.nextInt(free.size())).turn();
        }
    }

    /** The supervisor of a role that has died, or an operator who errs: the others live on. */
    private void startAnother() {
        int dice = random.nextInt(5);
        if (dice < 2) {
            start(this::accumulator, "accumulator");
        } else if (dice < 4) {
            start(this::editor, "editor");
        } else {
            start(this::follower, "follower");
        }
    }

    private interface Maker {
        Supplier<RoleThread.Cycle> opener(Fortune fortune);
    }

    private void start(Maker maker, String role) {
        String name = role + "-" + ++started;
        SimulatedClock clock = new SimulatedClock(broker);
        clocks.add(clock);
        trace(name, "starts");
        processes.add(new SimulatedProcess(name, maker.opener(new Fortune(this, name, clock))));
    }

    private SimulatedClients clients(Fortune fortune) {
        return new SimulatedClients(broker, fortune, planted.map(Planted::misdeed).orElse(Misdeed.NONE));
    }

    private Supplier<RoleThread.Cycle> accumulator(Fortune fortune) {
        AccumulatorRules rules = new AccumulatorRules(1 + random.nextInt(4), MAX_AGE, conflict);
        IntakeTroubles troubles = new IntakeTroubles(PATIENCE.attempts());
        return () -> RoleThread.owning(intake(fortune), log ->
                new AccumulatorCycle(log, rules, Room.of(MAX_PENDING), fortune.clock(), CycleListener.NONE, troubles));
    }

    private IntakeLog intake(Fortune fortune) {
        IntakeLog log = KafkaIntakeLog.open(clients(fortune), LINE, FactLimits.DEFAULT, fortune.clock());
        return planted.map(bug -> bug.around(log)).orElse(log);
    }

    private Supplier<RoleThread.Cycle> editor(Fortune fortune) {
        Disk disk = disk("editor", fortune);
        BatchEditor slow = new SlowEditor(planted.map(bug -> bug.around(editor)).orElse(editor), fortune);
        Workshop workshop = new Workshop(
                LINE.model(),
                slow,
                new SimulatedGauge(),
                new VersionMaker(LINE.model(), BASE, Map.of(), "simulated"),
                planted.map(bug -> bug.disk(disk)).orElse(disk),
                new Guards(10, 10, 100, 0, 1, 1),
                SimulatedGauge.GATE,
                planted.map(bug -> bug.patience(PATIENCE)).orElse(PATIENCE),
                CHUNK_BYTES,
                fortune.clock(),
                operators);
        return () -> RoleThread.owning(edits(fortune), log -> new EditorCycle(log, workshop));
    }

    private EditLog edits(Fortune fortune) {
        EditLog log = KafkaEditLog.open(clients(fortune), LINE, fortune.clock());
        return planted.map(bug -> bug.around(log, LINE.model(), fortune.clock())).orElse(log);
    }

    private Supplier<RoleThread.Cycle> follower(Fortune fortune) {
        Payloads payloads = disk("follower", fortune).payloads();
        Supplier<DeltaFeed> deltas = () -> new KafkaDeltaFeed(clients(fortune), LINE);
        ServedVersions versions = ServedVersions.unasked(LINE.model(), editor.baseWeights(), payloads, deltas, weights -> {
            SortedMap<String, EditedTensor> then = new TreeMap<>();
            weights.forEach((name, tensor) -> then.put(name, tensor.copy()));
            served.add(then);
            return Overlay.NONE;
        });
        return () -> RoleThread.owning(new KafkaVersionFeed(clients(fortune), LINE), feed -> new FollowerCycle(feed, versions));
    }

    /** Half of the processes find the disk of one before them. */
    private Disk disk(String role, Fortune fortune) {
        Disk fresh = disk(() -> fortune.step("write payload"));
        return random.nextBoolean() ? fresh : disks.computeIfAbsent(role, any -> disk(() -> {}));
    }

    private Disk disk(Runnable write) {
        return new Disk(new MemoryPayloads(write), new MemorySnapshots(() -> chance(200)), STRIDE);
    }

    /** Takes its time, and can be stopped or killed while it computes. */
    private static final class SlowEditor extends ForwardingEditor {
        private final BatchEditor editor;
        private final Fortune fortune;

        SlowEditor(BatchEditor editor, Fortune fortune) {
            super(editor);
            this.editor = editor;
            this.fortune = fortune;
        }

        @Override
        public EditResult edit(
                LiveSet live, Map<String, EditedTensor> current, List<LiveFact> in, List<FactKey> out, Progress progress) {
            fortune.step("edit");
            EditResult result = super.edit(live, current, in, out, progress);
            fortune.step("edited");
            return result;
        }

        @Override
        public EditResult rebase(List<LiveFact> facts, Progress progress) {
            fortune.step("rebase");
            EditResult result = editor.rebase(facts, progress);
            fortune.step("rebased");
            return result;
        }
    }

    /** Whether something that happens so many times in 3,000 happens now. */
    boolean chance(int perMille) {
        return !calm && random.nextInt(3000) < perMille * intensity;
    }

    int below(int limit) {
        return random.nextInt(limit);
    }

    void pass(Duration time) {
        broker.pass(time);
    }

    /** Others act while somebody stands still. */
    void others() {
        if (depth < DEPTH_MAX) {
            depth++;
            int actions = 1 + random.nextInt(25);
            if (random.nextInt(3) == 0) {
                startAnother();
            }
            for (int i = 0; i < actions; i++) {
                act();
            }
            depth--;
        }
    }

    void trace(String who, String what) {
        tracer.ifPresent(heard -> heard.accept("%.3f %s %s".formatted(broker.nanos() / 1e9, who, what)));
    }

    /** No more faults, until nothing moves; why it does not come to rest, or nothing. */
    private List<String> calm() {
        calm = true;
        trace("schedule", "calm");
        broker.down(false);
        clocks.forEach(SimulatedClock::heal);
        int idle = 0;
        for (int round = 0; round < CALM_ROUNDS; round++) {
            long before = broker.changes();
            operators.settle();
            processes.stream().filter(SimulatedProcess::free).toList().forEach(SimulatedProcess::turn);
            ensure("accumulator", this::accumulator);
            ensure("editor", this::editor);
            ensure("follower", this::follower);
            boolean moved = broker.changes() != before
                    || processes.stream().anyMatch(process -> process.free() && process.cycle() == null);
            idle = moved ? 0 : idle + 1;
            if (idle == IDLE_ROUNDS) {
                return List.of();
            }
            if (idle > 0) {
                broker.pass(IDLE);
            }
        }
        List<String> unrest = new ArrayList<>(List.of("the line does not come to rest"));
        processes.stream().filter(SimulatedProcess::free).map(SimulatedProcess::failure).filter(f -> !f.isEmpty()).forEach(unrest::add);
        return unrest;
    }

    private void ensure(String role, Maker maker) {
        if (processes.stream().noneMatch(process -> process.free() && process.name().startsWith(role))) {
            start(maker, role);
        }
    }
}
