package dev.errata.stream.channels;

import dev.errata.delta.Tag;
import dev.errata.delta.Tags;
import dev.errata.delta.Version;
import dev.errata.delta.VersionRef;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.EventId;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Decision;
import dev.errata.stream.Head;
import dev.errata.stream.Operation;
import dev.errata.stream.SettledOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What the log says of one model line, as far as it was read: versions with their evaluations, outcomes, operations, tags, head.
 *
 * <p>It may be told the same thing twice (a consumer that lost its session reads again from the start) and then changes nothing. A
 * version that does not follow the one before it is a broken log: from then on every question is answered with that failure, because
 * half a history looks like a whole one.
 *
 * <h2>Limits</h2> The newest versions and outcomes, as many as it was made for, and operations, {@value #OPERATIONS_MAX}; what is older is
 * only in the log.
 * <h2>Thread safety</h2> Safe.
 */
public final class History {
    static final int OPERATIONS_MAX = 1000;

    private final int versionsMax;
    private final int outcomesMax;
    private final TreeMap<Long, Version> versions = new TreeMap<>();
    private final TreeMap<Long, Evaluation> evaluations = new TreeMap<>();
    private final LinkedHashMap<Position, SettledOutcome> outcomes = new LinkedHashMap<>();
    private final Map<EventId, Set<Position>> positions = new HashMap<>();
    private final LinkedHashMap<String, Operation> operations = new LinkedHashMap<>();
    private final Map<Long, Decision> decisions = new HashMap<>();
    private final Tags tags = new Tags();
    private boolean paused;
    private Head head;
    private String base;
    private ErrataException failure;
    private boolean outcomesForgotten;

    public History(int versionsMax, int outcomesMax) {
        this.versionsMax = versionsMax;
        this.outcomesMax = outcomesMax;
    }

    /** The next version; {@link Failure#VERSION_CHAIN_BROKEN} from now on if it is not. */
    public synchronized void add(Version version) {
        if (failure == null && version.number() > last()) {
            if (!follows(version)) {
                fail(new ErrataException(
                        Failure.VERSION_CHAIN_BROKEN,
                        "version " + version.number() + " after " + version.predecessorDigest() + " after version " + last()
                                + " (expected: " + (last() + 1) + " of its digest)"));
                return;
            }
            base = version.number() == 1 ? version.parentDigest() : base;
            versions.put(version.number(), version);
            if (versions.size() > versionsMax) {
                evaluations.headMap(versions.pollFirstEntry().getKey(), true).clear();
            }
            notifyAll();
        }
    }

    private boolean follows(Version version) {
        return version.number() == last() + 1
                && (versions.isEmpty() || versions.lastEntry().getValue().digest().equals(version.predecessorDigest()));
    }

    public synchronized void add(Evaluation evaluation) {
        // The topics are read side by side: an evaluation may be here before its version, or after it was forgotten.
        if (versions.isEmpty() || evaluation.version() >= versions.firstKey()) {
            evaluations.put(evaluation.version(), evaluation);
        }
        if (evaluations.size() > versionsMax) {
            evaluations.pollFirstEntry();
        }
    }

    public synchronized void add(SettledOutcome settled) {
        Position position = settled.outcome().position();
        notifyAll();
        if (outcomes.put(position, settled) == null) {
            positions.computeIfAbsent(settled.outcome().event(), event -> new LinkedHashSet<>()).add(position);
        }
        if (outcomes.size() > outcomesMax) {
            forget(outcomes.keySet().iterator().next());
        }
    }

    private void forget(Position oldest) {
        EventId event = outcomes.remove(oldest).outcome().event();
        Set<Position> left = positions.get(event);
        left.remove(oldest);
        if (left.isEmpty()) {
            positions.remove(event);
        }
        outcomesForgotten = true;
    }

    public synchronized void add(Tag tag) {
        tags.add(tag);
    }

    public synchronized void add(Head announced) {
        head = announced;
    }

    /** What an operator did. Told again, it stands where it stood; then what followed is told again as well. */
    public synchronized void add(Operation operation) {
        paused = operation.paused(paused);
        operation.decision().ifPresent(decision -> decisions.putIfAbsent(decision.version(), decision));
        operations.put(operation.id() + " " + operation.accepted(), operation);
        if (operations.size() > OPERATIONS_MAX) {
            operations.remove(operations.keySet().iterator().next());
        }
    }

    /** Something in the log cannot be read: every question is answered with this from now on. */
    public synchronized void fail(ErrataException reason) {
        if (failure == null) {
            failure = reason;
        }
        notifyAll();
    }

    /** The announced version; empty before the first announcement. */
    public synchronized Optional<Head> head() {
        check();
        return Optional.ofNullable(head);
    }

    /** The tags, in the order of their names. */
    public synchronized List<Tag> tags() {
        check();
        return tags.all();
    }

    /**
     * Whether this may be the next tag.
     *
     * @throws ErrataException TAG_IMMUTABLE
     */
    public synchronized void check(Tag tag) {
        check();
        tags.check(tag);
    }

    /**
     * The number of the version that is meant.
     *
     * @throws ErrataException VERSION_UNKNOWN or TAG_UNKNOWN; VERSION_UNKNOWN also for a time before the versions that are kept
     */
    public synchronized long resolve(VersionRef ref) {
        check();
        return ref.resolve(new VersionRef.Line() {
            @Override
            public long announced() {
                return head == null ? 0 : head.version();
            }

            @Override
            public long newest() {
                return last();
            }

            @Override
            public Optional<Tag> tag(String name) {
                return tags.get(name);
            }

            @Override
            public long at(Instant time) {
                return History.this.at(time);
            }
        });
    }

    private long at(Instant time) {
        for (Version version : versions.descendingMap().values()) {
            if (!version.committedAt().isAfter(time)) {
                return version.number();
            }
        }
        if (versionsForgotten()) {
            throw new ErrataException(
                    Failure.VERSION_UNKNOWN,
                    "time: " + time + " (expected: not before version " + versions.firstKey() + ", the oldest that is kept here)");
        }
        return 0;
    }

    /**
     * The digest of a version that is kept.
     *
     * @param number 0 is the base model, whose digest version 1 tells
     * @throws ErrataException VERSION_UNKNOWN
     */
    public synchronized String digest(long number) {
        check();
        if (number == 0 && base == null) {
            throw new ErrataException(
                    Failure.VERSION_UNKNOWN, "version: 0 (expected: 1 or more; version 1 would tell the base's digest, and there is none)");
        }
        return number == 0 ? base : version(number).digest();
    }

    /** What was decided about a held version; empty where nothing was. */
    public synchronized Optional<Decision> decision(long version) {
        check();
        return Optional.ofNullable(decisions.get(version));
    }

    /** Whether an operator holds the editor. */
    public synchronized boolean paused() {
        check();
        return paused;
    }

    /** Up to {@code limit} of the newest operations, in the order of the log. */
    public synchronized List<Operation> operations(int limit) {
        check();
        List<Operation> all = new ArrayList<>(operations.values());
        return all.subList(Math.max(0, all.size() - limit), all.size());
    }

    /** Number of the newest version; 0 when there is only the base model. */
    public synchronized long newest() {
        check();
        return last();
    }

    /** Up to {@code limit} versions from {@code from} on, as far as they are kept. */
    public synchronized List<Version> versions(long from, int limit) {
        check();
        return versions.tailMap(from, true).values().stream().limit(limit).toList();
    }

    /** @throws ErrataException VERSION_UNKNOWN for one that does not exist or is no longer kept */
    public synchronized Version version(long number) {
        check();
        Version version = versions.get(number);
        if (version == null) {
            String kept = versions.isEmpty() ? "none yet" : versions.firstKey() + ".." + versions.lastKey();
            throw new ErrataException(Failure.VERSION_UNKNOWN, "version: " + number + " (expected: " + kept + "; 0 is the base model)");
        }
        return version;
    }

    public synchronized Optional<Evaluation> evaluation(long version) {
        check();
        return Optional.ofNullable(evaluations.get(version));
    }

    /** Every outcome of the event that is kept, in the order of reading. */
    public synchronized List<SettledOutcome> outcomes(EventId event) {
        check();
        return positions.getOrDefault(event, Set.of()).stream().map(outcomes::get).toList();
    }

    /** Whether there were more versions than are kept. */
    public synchronized boolean versionsForgotten() {
        return !versions.isEmpty() && versions.firstKey() > 1;
    }

    /** Whether there were more outcomes than are kept. */
    public synchronized boolean outcomesForgotten() {
        return outcomesForgotten;
    }

    /**
     * Waits for the version that carries out an intent.
     *
     * @param after only versions above this number are looked at
     * @return empty when it did not come in time
     */
    public Optional<Version> await(String intent, long after, Duration wait) throws InterruptedException {
        return await(wait, () -> versions.tailMap(after, false).values().stream()
                .filter(version -> version.intent().equals(intent))
                .findFirst());
    }

    /** Waits for an outcome of an event; empty when none came in time. */
    public Optional<SettledOutcome> await(EventId event, Duration wait) throws InterruptedException {
        return await(wait, () -> outcomes(event).stream().findFirst());
    }

    private synchronized <T> Optional<T> await(Duration wait, Supplier<Optional<T>> looked) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            check();
            Optional<T> found = looked.get();
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (found.isPresent() || left <= 0) {
                return found;
            }
            wait(left);
        }
    }

    private long last() {
        return versions.isEmpty() ? 0 : versions.lastKey();
    }

    private void check() {
        if (failure != null) {
            throw new ErrataException(failure.failure(), failure.getMessage(), failure);
        }
    }
}
