package dev.errata.follower;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.Payloads;
import dev.errata.delta.Version;
import dev.errata.delta.VersionChain;
import dev.errata.delta.Walk;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditedTensors;
import dev.errata.stream.DeltaFeed;
import dev.errata.stream.Head;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The versions that this process can answer from: the newest, swapped in without stopping readers, and any earlier one by replay.
 *
 * <h2>Limits</h2> {@value #EARLIER} earlier versions are kept in memory, those asked last; another costs a replay, and replays take
 * turns.
 *
 * <h2>Thread safety</h2> One thread advances; any number ask.
 */
public final class ServedVersions implements Answers, AutoCloseable {
    private static final int EARLIER = 4;
    /** While at least so many deltas are to be applied, one version in so many is served. */
    private static final int STRIDE = 16;

    private final String line;
    private final Optional<CausalLm> model;
    private final Function<SortedMap<String, EditedTensor>, Overlay> loader;
    private final SortedMap<String, EditedTensor> base;
    private final Deltas deltas;
    private final Optional<ExecutorService> executor;
    private final Map<Long, ServedVersion> earlier = new LinkedHashMap<>(16, 0.75f, true);
    /** Held during a replay, never while {@code this} is: readers of the newest version do not wait, and one replay's memory is enough. */
    private final Object replays = new Object();
    /** Held while a range of versions is asked. */
    private final Object ranges = new Object();
    private VersionChain chain;
    private Approach approach;
    private ServedVersion newest;
    private Head announced;
    private boolean closed;

    /**
     * @param line name of the model line
     * @param base the tensors that may be edited, as the base model has them
     * @param kept what deltas are looked for in first, and kept in
     * @param log opens the log of deltas
     */
    public ServedVersions(
            String line, CausalLm model, SortedMap<String, EditedTensor> base, Payloads kept, Supplier<DeltaFeed> log) {
        this(line, Optional.of(model), base, new Deltas(kept, log), tensors -> EditedTensors.overlay(model, tensors));
    }

    private ServedVersions(
            String line,
            Optional<CausalLm> model,
            SortedMap<String, EditedTensor> base,
            Deltas deltas,
            Function<SortedMap<String, EditedTensor>, Overlay> loader) {
        this.line = line;
        this.model = model;
        this.loader = loader;
        this.base = base;
        this.deltas = deltas;
        this.executor = model.map(asked -> Executors.newSingleThreadExecutor(ServedVersions::thread));
        begin();
        this.newest = load(chain, 0, base);
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
        return new ServedVersions(line, Optional.empty(), base, new Deltas(kept, log), loader);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "errata-deltas");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins again at the base model, as a feed does. The newest version that is served stays so until the feed has come by it; earlier
     * ones are known again when it has come by them.
     */
    void restart() {
        // What failed may have been the log's clients, or it is another log.
        deltas.close();
        begin();
    }

    private synchronized void begin() {
        Map<String, String> digests = new TreeMap<>();
        base.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        chain = new VersionChain(line, digests);
        approach = new Approach(new Walk(base, chain), new Ahead(deltas, chain, executor.map(Executor.class::cast)));
        announced = null;
        forgetEarlier();
    }

    /**
     * Hears of the next version. Called by the one thread that follows.
     *
     * @throws ErrataException VERSION_CHAIN_BROKEN; the follower has to {@link #restart}
     */
    void append(Version version) {
        chain.append(version);
    }

    /** Whether there is a version to be served that is not reached yet. */
    boolean isOnItsWay() {
        target().ifPresent(approach::turn);
        return !approach.arrived();
    }

    /** The version to be served, once every version up to it is known. */
    private synchronized OptionalLong target() {
        return announced != null && chain.head() >= announced.version() ? OptionalLong.of(announced.version()) : OptionalLong.empty();
    }

    /**
     * Goes one delta nearer to the version to be served; nothing when it is reached. Called by the one thread that follows.
     *
     * @throws ErrataException CHUNK_INVALID, VERSION_CHAIN_BROKEN, DELTA_INVALID or LOG_UNREACHABLE; what is served stays the version
     *     before, and the follower has to {@link #restart}
     */
    void step() {
        if (!isOnItsWay()) {
            return;
        }
        Walk walk = approach.step();
        if (isNews(walk.number())) {
            swap(load(chain, walk.number(), walk.weights()));
        }
    }

    private synchronized void swap(ServedVersion next) {
        newest.release();
        newest = next;
    }

    /**
     * Versions on the way are served as well, or under a stream that is too fast none ever would be; far behind, not each of them, since
     * to load one costs as much as to apply it. After a restart the way comes by versions older than what is served: readers must not be
     * taken back to them.
     */
    private synchronized boolean isNews(long number) {
        return approach.arrived() || number > newest.number() && (approach.left() < STRIDE || approach.left() % STRIDE == 0);
    }

    /** Hears which version is announced. */
    synchronized void announced(Head head) {
        announced = head;
    }

    /** Whether the announced version is served, and each one before it can be asked. */
    public synchronized boolean caughtUp() {
        return announced != null
                && chain.head() >= announced.version()
                && newest.number() == announced.version()
                && newest.digest().equals(announced.digest());
    }

    /** The newest version that is served. */
    public synchronized long number() {
        return newest.number();
    }

    /** Digests of every edited tensor of a version, by name, recomputed from this process's own weights. */
    public SortedMap<String, String> digests(long number) {
        SortedMap<String, String> digests = new TreeMap<>();
        replayed(chain(), number).forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return digests;
    }

    private synchronized VersionChain chain() {
        return chain;
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
     * @param heard is given the answers of each version, in the order of the questions
     * @throws ErrataException VERSION_UNKNOWN as for one version
     */
    public void askEach(List<Ask> asks, long from, long to, Consumer<List<Answer>> heard) {
        CausalLm asked = asked();
        VersionChain of = chain();
        requireKnown(from, of);
        requireKnown(to, of);
        synchronized (ranges) {
            Walk walk = new Walk(base, of);
            walk.to(from, version -> deltas.of(of, version));
            walk.mark();
            for (long number = from; number <= to; number++) {
                walk.to(number, version -> deltas.of(of, version));
                ServedVersion version = load(of, number, walk.weights());
                try {
                    heard.accept(asks.stream().map(ask -> new Asking(asked, version).answer(ask)).toList());
                } finally {
                    version.release();
                }
            }
        }
    }

    private CausalLm asked() {
        return model.orElseThrow(() -> new ErrataException(
                Failure.NOT_READY, "model of line " + line + ": not loaded (expected: a follower with a model)"));
    }

    private static void requireKnown(long number, VersionChain of) {
        if (number < 0 || number > of.head()) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: 0 to " + of.head() + ")");
        }
    }

    private ServedVersion lease(OptionalLong wanted) {
        long number;
        VersionChain of;
        synchronized (this) {
            number = wanted.orElse(newest.number());
            Optional<ServedVersion> held = leaseHeld(number);
            if (held.isPresent()) {
                return held.get();
            }
            of = chain;
        }
        requireKnown(number, of);
        return leaseReplayed(number, of);
    }

    /** A lease of a version that is in memory. */
    private synchronized Optional<ServedVersion> leaseHeld(long number) {
        ServedVersion held = number == newest.number() ? newest : earlier.get(number);
        if (closed || held != null && !held.lease()) {
            throw new IllegalStateException("version " + number + " was closed (expected: held by this shelf)");
        }
        return Optional.ofNullable(held);
    }

    private ServedVersion leaseReplayed(long number, VersionChain of) {
        synchronized (replays) {
            Optional<ServedVersion> held = leaseHeld(number);
            if (held.isPresent()) {
                return held.get();
            }
            ServedVersion made = load(of, number, replayed(of, number));
            keep(made, of);
            return made;
        }
    }

    /** The maker's lease becomes the reader's; keeping takes another. */
    private synchronized void keep(ServedVersion made, VersionChain of) {
        if (closed || of != chain) {
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

    private ServedVersion load(VersionChain of, long number, SortedMap<String, EditedTensor> tensors) {
        return new ServedVersion(number, of.digest(number), loader.apply(tensors));
    }

    private SortedMap<String, EditedTensor> replayed(VersionChain of, long number) {
        Walk walk = new Walk(base, of);
        walk.to(number, version -> deltas.of(of, version));
        return walk.weights();
    }

    private void forgetEarlier() {
        earlier.values().forEach(ServedVersion::release);
        earlier.clear();
    }

    @Override
    public void close() {
        executor.ifPresent(ExecutorService::shutdownNow);
        deltas.close();
        synchronized (this) {
            if (!closed) {
                closed = true;
                newest.release();
                forgetEarlier();
            }
        }
    }
}
