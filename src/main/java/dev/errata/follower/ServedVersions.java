package dev.errata.follower;

import dev.errata.delta.DeltaCodec;
import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Payloads;
import dev.errata.delta.Replay;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.delta.VersionChain;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditedTensors;
import dev.errata.stream.Head;
import dev.errata.transformer.CausalLm;
import dev.errata.transformer.Overlay;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

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

    private final String line;
    private final Optional<CausalLm> model;
    private final Function<SortedMap<String, EditedTensor>, Overlay> loader;
    private final SortedMap<String, EditedTensor> base;
    private final Payloads payloads;
    private final Map<Long, ServedVersion> earlier = new LinkedHashMap<>(16, 0.75f, true);
    /** Held during a replay, never while {@code this} is: readers of the newest version do not wait, and one replay's memory is enough. */
    private final Object replays = new Object();
    private VersionChain chain;
    private SortedMap<String, EditedTensor> weights;
    private ServedVersion newest;
    private Head announced;
    private boolean closed;

    /**
     * @param line name of the model line
     * @param base the tensors that may be edited, as the base model has them
     */
    public ServedVersions(String line, CausalLm model, SortedMap<String, EditedTensor> base, Payloads payloads) {
        this(line, Optional.of(model), base, payloads, tensors -> EditedTensors.overlay(model, tensors));
    }

    private ServedVersions(
            String line,
            Optional<CausalLm> model,
            SortedMap<String, EditedTensor> base,
            Payloads payloads,
            Function<SortedMap<String, EditedTensor>, Overlay> loader) {
        this.line = line;
        this.model = model;
        this.loader = loader;
        this.base = base;
        this.payloads = payloads;
        restart();
        this.newest = load(chain, 0, base);
    }

    /**
     * Versions that are followed for their weights alone; no model is loaded, and none can be asked.
     *
     * @param loader is given the weights of each version when it comes to be served
     */
    public static ServedVersions unasked(
            String line,
            SortedMap<String, EditedTensor> base,
            Payloads payloads,
            Function<SortedMap<String, EditedTensor>, Overlay> loader) {
        return new ServedVersions(line, Optional.empty(), base, payloads, loader);
    }

    /**
     * Begins again at the base model, as a feed does. The newest version that is served stays so until the feed has come by it; earlier
     * ones are known again when it has come by them.
     */
    synchronized void restart() {
        Map<String, String> digests = new TreeMap<>();
        base.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        chain = new VersionChain(line, digests);
        weights = base;
        announced = null;
        forgetEarlier();
    }

    /**
     * Applies the next version. Called by the one thread that follows.
     *
     * @throws ErrataException VERSION_CHAIN_BROKEN or DELTA_INVALID; what is served stays the version before, and the follower has to
     *     {@link #restart}
     */
    void advance(Version version, Optional<byte[]> delta) {
        if (version.change() instanceof Solved solved) {
            payloads.put(solved.delta(), delta.orElseThrow());
        }
        chain.append(version);
        long number = version.number();
        boolean goesOn = chain.path(number - 1, number).isPresent();
        weights = goesOn
                ? Replay.weights(weights, number - 1, chain, number, this::delta)
                : Replay.weights(base, chain, number, this::delta);
        if (isNews(number)) {
            ServedVersion next = load(chain, number, weights);
            synchronized (this) {
                newest.release();
                newest = next;
            }
        }
    }

    /** After a restart the feed comes by versions older than what is served: readers must not be taken back to them. */
    private synchronized boolean isNews(long number) {
        return number > newest.number() || (announced != null && number >= announced.version());
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
        Replay.weights(base, chain(), number, this::delta).forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return digests;
    }

    private synchronized VersionChain chain() {
        return chain;
    }

    @Override
    public Answer ask(Ask ask) {
        CausalLm asked = model.orElseThrow(() -> new ErrataException(
                Failure.NOT_READY, "model of line " + line + ": not loaded (expected: a follower with a model)"));
        ServedVersion version = lease(ask.version());
        try {
            return new Asking(asked, version).answer(ask);
        } finally {
            version.release();
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
        if (number < 0 || number > of.head()) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: 0 to " + of.head() + ")");
        }
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
            ServedVersion made = load(of, number, Replay.weights(base, of, number, this::delta));
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

    private Delta delta(Version version) {
        return DeltaCodec.decode(payloads.require(((Solved) version.change()).delta()));
    }

    private void forgetEarlier() {
        earlier.values().forEach(ServedVersion::release);
        earlier.clear();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            newest.release();
            forgetEarlier();
        }
    }
}
