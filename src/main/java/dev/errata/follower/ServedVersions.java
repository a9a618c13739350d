package dev.errata.follower;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Payloads;
import dev.errata.delta.SnapshotSearch;
import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.delta.VersionChain;
import dev.errata.delta.VersionRef;
import dev.errata.delta.Walk;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditedTensors;
import dev.errata.stream.DeltaFeed;
import dev.errata.stream.Head;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The versions that this process can answer from: the one it is to serve, swapped in without stopping readers, and any other by replay.
 *
 * <h2>Limits</h2> {@value #EARLIER} others are kept in memory, those asked last; another costs a replay, and replays take
 * turns ({@link Turns}).
 *
 * <h2>Thread safety</h2> One thread follows; any number ask.
 */
public final class ServedVersions implements Answers, AutoCloseable {
    private static final int EARLIER = 4;

    private final String line;
    private final Pin pin;
    private final Optional<CausalLm> model;
    private final Function<SortedMap<String, EditedTensor>, Overlay> loader;
    private final SortedMap<String, EditedTensor> base;
    private final SnapshotSearch snapshots;
    private final Deltas deltas;
    private final Optional<ExecutorService> ahead;
    private final Map<Long, ServedVersion> earlier = new LinkedHashMap<>(16, 0.75f, true);
    /** Held during a replay, never while {@code this} is: readers of the served version do not wait, and one replay's memory is enough. */
    private final Turns replays = new Turns("replays");
    /** Held while a range of versions is asked. */
    private final Turns ranges = new Turns("ranges");
    private Course course;
    private ServedVersion served;
    private boolean closed;

    /** Follows the announced version. */
    public ServedVersions(
            String line, CausalLm model, SortedMap<String, EditedTensor> base, Payloads kept, Supplier<DeltaFeed> log) {
        this(line, new VersionRef.Announced(), model, base, kept, log);
    }

    /**
     * @param line name of the model line
     * @param at what is to be served
     * @param base the tensors that may be edited, as the base model has them
     * @param kept what deltas are looked for in first, and kept in
     * @param log opens the log of deltas
     */
    public ServedVersions(
            String line,
            VersionRef at,
            CausalLm model,
            SortedMap<String, EditedTensor> base,
            Payloads kept,
            Supplier<DeltaFeed> log) {
        this(line, at, model, base, SnapshotSearch.NONE, kept, log);
    }

    /** @param snapshots what a long way is cut short by */
    public ServedVersions(
            String line,
            VersionRef at,
            CausalLm model,
            SortedMap<String, EditedTensor> base,
            SnapshotSearch snapshots,
            Payloads kept,
            Supplier<DeltaFeed> log) {
        this(
                line, new Pin(at), Optional.of(model), base, snapshots, new Deltas(kept, log),
                tensors -> EditedTensors.overlay(model, tensors));
    }

    private ServedVersions(
            String line,
            Pin pin,
            Optional<CausalLm> model,
            SortedMap<String, EditedTensor> base,
            SnapshotSearch snapshots,
            Deltas deltas,
            Function<SortedMap<String, EditedTensor>, Overlay> loader) {
        this.line = line;
        this.pin = pin;
        this.model = model;
        this.loader = loader;
        this.base = base;
        this.snapshots = snapshots;
        this.deltas = deltas;
        this.ahead = model.map(asked -> Executors.newSingleThreadExecutor(ServedVersions::thread));
        this.course = course();
        this.served = load(course.chain(), 0, base);
    }

    /**
     * Versions that are followed for their weights alone, by one thread; no model is loaded, and none can be asked.
     *
     * @param loader is given the weights of a version when it comes to be served; the next one changes the arrays
     */
    public static ServedVersions unasked(
            String line,
            SortedMap<String, EditedTensor> base,
            Payloads kept,
            Supplier<DeltaFeed> log,
            Function<SortedMap<String, EditedTensor>, Overlay> loader) {
        return new ServedVersions(line, Pin.HEAD, Optional.empty(), base, SnapshotSearch.NONE, new Deltas(kept, log), loader);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "errata-deltas");
        thread.setDaemon(true);
        return thread;
    }

    private Course course() {
        return new Course(line, pin, base, snapshots, deltas, ahead.map(executor -> executor));
    }

    /**
     * Begins again at the base model, as a feed does. What is served stays so until the feed has come by it; others are known again when
     * it has come by them.
     */
    void restart() {
        now().forget();
        // What failed may have been the log's clients, or it is another log.
        deltas.close();
        Course fresh = course();
        synchronized (this) {
            course = fresh;
            forgetEarlier();
        }
    }

    /** @throws ErrataException VERSION_CHAIN_BROKEN; the follower has to {@link #restart} */
    void hear(Version version) {
        now().hear(version);
    }

    void hear(Head head) {
        now().hear(head);
    }

    void hear(Tag tag) {
        now().hear(tag);
    }

    private synchronized Course now() {
        return course;
    }

    /** Whether there is a version to be served that is not reached yet. Called by the one thread that follows. */
    boolean isOnItsWay() {
        return now().isOnItsWay();
    }

    /**
     * Goes one delta nearer to the version to be served; nothing when it is reached. Called by the one thread that follows.
     *
     * @throws ErrataException CHUNK_INVALID, VERSION_CHAIN_BROKEN, DELTA_INVALID or LOG_UNREACHABLE; what is served stays the version
     *     before, and the follower has to {@link #restart}
     */
    void step() {
        Course on = now();
        if (on.isOnItsWay()) {
            Walk walk = on.step();
            if (on.mayServe(walk.number(), number())) {
                swap(load(on.chain(), walk.number(), walk.weights()));
            }
        }
    }

    private synchronized void swap(ServedVersion next) {
        served.release();
        served = next;
    }

    /** Whether exactly what is to be served is served, and each version up to the announced one can be asked. */
    public boolean caughtUp() {
        return position().ready();
    }

    /** Where this follower is. */
    public synchronized Position position() {
        OptionalLong wanted = course.target();
        boolean ready = wanted.isPresent()
                && served.number() == wanted.getAsLong()
                && served.digest().equals(course.chain().digest(wanted.getAsLong()));
        OptionalLong head = course.head().map(announced -> OptionalLong.of(announced.version())).orElse(OptionalLong.empty());
        return new Position(pin.toString(), served.number(), served.digest(), wanted, head, ready);
    }

    /** The version that is served. */
    public synchronized long number() {
        return served.number();
    }

    /** Digests of every edited tensor of a version, by name, recomputed from this process's own weights. */
    public SortedMap<String, String> digests(long number) {
        SortedMap<String, String> digests = new TreeMap<>();
        replayed(now().chain(), number).forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return digests;
    }

    @Override
    public Answer ask(Ask ask) {
        CausalLm asked = asked();
        ServedVersion version = lease(ask.version());
        try {
            return new Asking(asked, version).answer(ask);
        } finally {
            version.release();
        }
    }

    /**
     * Asks each version of a range the same, in their order: walks from one to the next and does not begin again for each. Ranges take
     * turns; whoever asks one version does not wait for them.
     *
     * @param to the last one, no earlier than {@code from}
     * @param heard is given what each version said, in the order of the questions
     * @throws ErrataException VERSION_UNKNOWN as for one version; NOT_READY when too many wait for their turn
     */
    public void askEach(List<Ask> asks, long from, long to, Consumer<List<Belief>> heard) {
        CausalLm asked = asked();
        VersionChain chain = now().chain();
        requireKnown(from, chain);
        requireKnown(to, chain);
        ranges.take(() -> {
            walkEach(asked, asks, from, to, chain, heard);
            return null;
        });
    }

    private void walkEach(CausalLm asked, List<Ask> asks, long from, long to, VersionChain chain, Consumer<List<Belief>> heard) {
        Walk walk = new Walk(base, chain, snapshots);
        walk.to(from, version -> deltas.of(chain, version));
        walk.mark();
        for (long number = from; number <= to; number++) {
            walk.to(number, version -> deltas.of(chain, version));
            Optional<Instant> committed = number == 0 ? Optional.empty() : Optional.of(chain.get(number).committedAt());
            ServedVersion version = load(chain, number, walk.weights());
            try {
                heard.accept(asks.stream().map(ask -> new Belief(committed, new Asking(asked, version).answer(ask))).toList());
            } finally {
                version.release();
            }
        }
    }

    private CausalLm asked() {
        return model.orElseThrow(() -> new ErrataException(
                Failure.NOT_READY, "model of line " + line + ": not loaded (expected: a follower with a model)"));
    }

    private static void requireKnown(long number, VersionChain chain) {
        if (number < 0 || number > chain.head()) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: 0 to " + chain.head() + ")");
        }
    }

    private ServedVersion lease(OptionalLong wanted) {
        long number;
        VersionChain chain;
        synchronized (this) {
            number = wanted.orElse(served.number());
            Optional<ServedVersion> held = leaseHeld(number);
            if (held.isPresent()) {
                return held.get();
            }
            chain = course.chain();
        }
        requireKnown(number, chain);
        return leaseReplayed(number, chain);
    }

    /** A lease of a version that is in memory. */
    private synchronized Optional<ServedVersion> leaseHeld(long number) {
        ServedVersion held = number == served.number() ? served : earlier.get(number);
        if (closed || held != null && !held.lease()) {
            throw new IllegalStateException("version " + number + " was closed (expected: held by this shelf)");
        }
        return Optional.ofNullable(held);
    }

    private ServedVersion leaseReplayed(long number, VersionChain chain) {
        return replays.take(() -> leaseHeld(number).orElseGet(() -> {
            ServedVersion made = load(chain, number, replayed(chain, number));
            keep(made, chain);
            return made;
        }));
    }

    /** The maker's lease becomes the reader's; keeping takes another. */
    private synchronized void keep(ServedVersion made, VersionChain chain) {
        if (closed || chain != course.chain()) {
            return;
        }
        made.lease();
        earlier.put(made.number(), made);
        if (earlier.size() > EARLIER) {
            Iterator<ServedVersion> oldest = earlier.values().iterator();
            oldest.next().release();
            oldest.remove();
        }
    }

    private ServedVersion load(VersionChain chain, long number, SortedMap<String, EditedTensor> tensors) {
        return new ServedVersion(number, chain.digest(number), loader.apply(tensors));
    }

    private SortedMap<String, EditedTensor> replayed(VersionChain chain, long number) {
        Walk walk = new Walk(base, chain, snapshots);
        walk.to(number, version -> deltas.of(chain, version));
        return walk.weights();
    }

    private void forgetEarlier() {
        earlier.values().forEach(ServedVersion::release);
        earlier.clear();
    }

    @Override
    public void close() {
        ahead.ifPresent(ExecutorService::shutdownNow);
        deltas.close();
        synchronized (this) {
            if (!closed) {
                closed = true;
                served.release();
                forgetEarlier();
            }
        }
    }
}
