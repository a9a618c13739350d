package dev.errata.delta;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The versions of one model in their order, each proven to follow from those before it.
 *
 * <p>Whoever reads the versions topic appends each record here; a record that does not fit halts the reader before anything is applied.
 * From the chain alone follows what has to be applied to the base to get any version ({@link #path}) and which facts it claims
 * ({@link #live}).
 *
 * <p>A rollback adds no content: its path and its live set are those of the version it names. A rebase begins again: its path is itself
 * alone, and its live set is that of the version before. So {@code path(n)} is {@code path(n-1)} and n for an edit, {@code path(to)} for a
 * rollback, n for a rebase.
 *
 * <h2>Limits</h2> Memory only: it keeps every version.
 *
 * <h2>Thread safety</h2> Safe; history only grows.
 */
public final class VersionChain {
    private final String model;
    private final SortedMap<String, String> base;
    private final String baseDigest;
    private final List<Version> versions = new ArrayList<>();
    private Ledger ledger = new Ledger();

    /**
     * A chain of no version yet.
     *
     * @param base SHA-256 of every tensor that may be edited, as the base model has it, by name
     */
    public VersionChain(String model, Map<String, String> base) {
        this.model = requireNonNull(model, "model");
        this.base = Collections.unmodifiableSortedMap(new TreeMap<>(base));
        if (base.isEmpty()) {
            throw new IllegalArgumentException("base: no tensors (expected: every tensor that may be edited)");
        }
        this.baseDigest = Digest.version(this.base);
    }

    /** The line's name. */
    public String model() {
        return model;
    }

    /** Number of the newest version; 0 while there is only the base. */
    public synchronized long head() {
        return versions.size();
    }

    /**
     * @param number 1 to {@link #head}
     * @throws ErrataException {@link Failure#VERSION_UNKNOWN}
     */
    public synchronized Version get(long number) {
        require(number);
        if (number == 0) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: 0 (expected: 1 or more; the base has no record)");
        }
        return versions.get((int) number - 1);
    }

    /** The newest version that was committed at this time or before; 0 where none was. */
    public synchronized long at(Instant time) {
        long number = versions.size();
        while (number > 0 && get(number).committedAt().isAfter(time)) {
            number--;
        }
        return number;
    }

    /** The digest of a version; 0 is the base. */
    public synchronized String digest(long number) {
        require(number);
        return number == 0 ? baseDigest : get(number).digest();
    }

    /** SHA-256 of every edited tensor in a version, by name; 0 is the base. */
    public synchronized SortedMap<String, String> tensors(long number) {
        require(number);
        if (number == 0) {
            return base;
        }
        SortedMap<String, String> after = new TreeMap<>();
        get(number).tensors().forEach(t -> after.put(t.name(), t.after()));
        return Collections.unmodifiableSortedMap(after);
    }

    /** The changes that make this version out of the base, in the order in which to apply them; each is {@link Version.Change.Solved}. */
    public synchronized List<Version> path(long number) {
        require(number);
        Deque<Version> path = new ArrayDeque<>();
        long at = number;
        while (at > 0) {
            Version version = get(at);
            if (version.change() instanceof RolledBack back) {
                at = back.to();
            } else {
                path.addFirst(version);
                at = version.change() instanceof Rebased ? 0 : at - 1;
            }
        }
        return List.copyOf(path);
    }

    /**
     * The changes that make version {@code to} out of the weights of {@code from}, in order; nothing when {@code to} does not go on from
     * there and has to be made from the base or another snapshot.
     */
    public synchronized Optional<List<Version>> path(long from, long to) {
        List<Version> start = path(from);
        List<Version> whole = path(to);
        if (start.size() > whole.size() || !whole.subList(0, start.size()).equals(start)) {
            return Optional.empty();
        }
        return Optional.of(whole.subList(start.size(), whole.size()));
    }

    /** The facts that the newest version claims, in the order in which they were written. */
    public synchronized Map<FactKey, Live> live() {
        return ledger.live();
    }

    /** The facts that a version claims; of any but the newest by a walk over the edits before it. */
    public synchronized Map<FactKey, Live> live(long number) {
        return number == head() ? live() : fold(number).live();
    }

    private Ledger fold(long number) {
        Deque<Version> edits = new ArrayDeque<>();
        long at = number;
        while (at > 0) {
            Version version = get(at);
            if (version.change() instanceof Edited) {
                edits.addFirst(version);
            }
            at = version.change() instanceof RolledBack back ? back.to() : at - 1;
        }
        Ledger fold = new Ledger();
        edits.forEach(version -> fold.apply(version, (Edited) version.change()));
        return fold;
    }

    /**
     * Appends the next version, or leaves the chain as it was.
     *
     * @throws ErrataException {@link Failure#VERSION_CHAIN_BROKEN} as {@link #check} says
     */
    public synchronized void append(Version version) {
        check(version);
        if (version.change() instanceof Edited edited) {
            ledger.apply(version, edited);
        } else if (version.change() instanceof RolledBack back) {
            ledger = fold(back.to());
        }
        versions.add(version);
    }

    /**
     * Whether this may be the next version.
     *
     * @throws ErrataException {@link Failure#VERSION_CHAIN_BROKEN} when model, number, parent's digest or a tensor's state before do not
     *     follow the newest version, or the base where it is a rebase; when the digest is not that of the tensors; when an edit takes out
     *     what is not live or writes what is; when a rollback names no earlier version or another state than that version's
     */
    public synchronized void check(Version version) {
        Link link = new Link(version);
        link.same("model", version.model(), model);
        link.same("number", version.number(), head() + 1);
        long parent = version.change() instanceof Rebased ? 0 : head();
        link.same("parent's digest", version.parentDigest(), digest(parent));
        link.same("predecessor's digest", version.predecessorDigest(), digest(head()));
        SortedMap<String, String> after = link.tensors(tensors(parent));
        link.same("digest", version.digest(), Digest.version(after));
        if (version.change() instanceof Edited edited) {
            link.facts(edited, ledger);
        } else if (version.change() instanceof RolledBack back) {
            link.require(back.to() >= 0 && back.to() < version.number(), "rollback to " + back.to(), "0 to " + head());
            link.same("tensors", after, tensors(back.to()));
        }
    }

    private void require(long number) {
        if (number < 0 || number > versions.size()) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: 0 to " + versions.size() + ")");
        }
    }
}
