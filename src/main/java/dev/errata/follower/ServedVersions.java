package dev.errata.follower;

import dev.errata.delta.DeltaCodec;
import dev.errata.delta.Delta;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.Replay;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.VersionChain;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditedTensors;
import dev.errata.transformer.CausalLm;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The versions that this process can answer from: the newest, swapped in without stopping readers, and any earlier one by replay.
 *
 * <h2>Limits</h2> {@value #EARLIER} earlier versions are kept in memory, those asked last; another costs a replay.
 *
 * <h2>Thread safety</h2> One thread advances; any number ask.
 */
public final class ServedVersions implements Answers, AutoCloseable {
    private static final int EARLIER = 4;

    private final String line;
    private final CausalLm model;
    private final SortedMap<String, EditedTensor> base;
    private final PayloadStore payloads;
    private final Map<Long, ServedVersion> earlier = new LinkedHashMap<>(16, 0.75f, true);
    private VersionChain chain;
    private SortedMap<String, EditedTensor> weights;
    private ServedVersion newest;
    private long announced = -1;

    /**
     * @param line name of the model line
     * @param base the tensors that may be edited, as the base model has them
     */
    public ServedVersions(String line, CausalLm model, SortedMap<String, EditedTensor> base, PayloadStore payloads) {
        this.line = line;
        this.model = model;
        this.base = base;
        this.payloads = payloads;
        restart();
        this.newest = load(0, base);
    }

    /** Begins again at the base model, as a feed does. What is served stays so until the feed has come by it. */
    synchronized void restart() {
        Map<String, String> digests = new TreeMap<>();
        base.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        chain = new VersionChain(line, digests);
        weights = base;
        announced = -1;
    }

    /**
     * Applies the next version. Called by the one thread that follows.
     *
     * @throws ErrataException VERSION_CHAIN_BROKEN or DELTA_INVALID; what is served stays the version before, and the follower has to
     *     {@link #restart}
     */
    void advance(Version version, Optional<byte[]> delta) {
        if (version.change() instanceof Edited edited) {
            payloads.put(edited.delta(), delta.orElseThrow());
        }
        chain.append(version);
        long number = version.number();
        boolean goesOn = chain.path(number - 1, number).isPresent();
        weights = goesOn ? Replay.weights(weights, number - 1, chain, number, this::delta) : Replay.weights(base, chain, number, this::delta);
        ServedVersion next = load(number, weights);
        synchronized (this) {
            newest.release();
            newest = next;
        }
    }

    /** Hears which version is announced. */
    synchronized void announced(long number) {
        announced = number;
    }

    /** Whether the announced version is served. */
    public synchronized boolean caughtUp() {
        return announced >= 0 && chain.head() >= announced;
    }

    /** The newest version that is served. */
    public synchronized long number() {
        return newest.number();
    }

    /** Digests of every edited tensor of a version, by name, recomputed from this process's own weights. */
    public SortedMap<String, String> digests(long number) {
        SortedMap<String, EditedTensor> tensors = Replay.weights(base, chain, number, this::delta);
        SortedMap<String, String> digests = new TreeMap<>();
        tensors.forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return digests;
    }

    @Override
    public Answer ask(Ask ask) {
        ServedVersion version = lease(ask.version());
        try {
            return new Asking(model, version).answer(ask);
        } finally {
            version.release();
        }
    }

    private synchronized ServedVersion lease(OptionalLong wanted) {
        long number = wanted.orElse(newest.number());
        ServedVersion version = number == newest.number() ? newest : earlier(number);
        if (!version.lease()) {
            throw new IllegalStateException("version " + number + " was closed (expected: held by this shelf)");
        }
        return version;
    }

    private ServedVersion earlier(long number) {
        if (number < 0 || number > chain.head()) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: 0 to " + chain.head() + ")");
        }
        ServedVersion version = earlier.get(number);
        if (version == null) {
            version = load(number, Replay.weights(base, chain, number, this::delta));
            earlier.put(number, version);
            Iterator<ServedVersion> oldest = earlier.values().iterator();
            if (earlier.size() > EARLIER) {
                oldest.next().release();
                oldest.remove();
            }
        }
        return version;
    }

    private ServedVersion load(long number, SortedMap<String, EditedTensor> tensors) {
        return new ServedVersion(number, chain.digest(number), EditedTensors.overlay(model, tensors));
    }

    private Delta delta(Version version) {
        return DeltaCodec.decode(payloads.require(((Edited) version.change()).delta()));
    }

    @Override
    public synchronized void close() {
        newest.release();
        earlier.values().forEach(ServedVersion::release);
        earlier.clear();
    }
}
