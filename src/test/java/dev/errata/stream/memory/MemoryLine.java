package dev.errata.stream.memory;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Commit;
import dev.errata.stream.Decision;
import dev.errata.stream.DeltaFeed;
import dev.errata.stream.EditLog;
import dev.errata.stream.Head;
import dev.errata.stream.IntakeLog;
import dev.errata.stream.IntakeNote;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.Received;
import dev.errata.stream.VersionFeed;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the topics of one model line hold, in memory, with the three ports onto it.
 *
 * <p>It promises what the log promises: transactions are visible as a whole or not at all, the handle that was opened last fences the
 * one before, consumed positions are part of the transaction, and what a reader gets is a copy. It has no threads and never waits: whoever
 * drives it decides when anything happens, so that a run can be repeated from a seed.
 *
 * <h2>Thread safety</h2> Safe: one lock for all of it.
 */
public final class MemoryLine {
    final String model;
    final Clock clock;
    final Faults faults = new Faults();
    final List<List<Fed>> facts = new ArrayList<>();
    final int[] factsConsumed;
    final List<Intent> intents = new ArrayList<>();
    final List<Commit> commits = new ArrayList<>();
    final List<Outcome> outcomes = new ArrayList<>();
    final List<Head> heads = new ArrayList<>();
    final Map<EventId, IntakeNote> notes = new LinkedHashMap<>();
    final List<Received.Unreadable> deadLetters = new ArrayList<>();
    private final Map<FactKey, LedgerChange.Written> ledger = new HashMap<>();
    private final Map<Faults.At, Integer> owners = new EnumMap<>(Faults.At.class);
    private Optional<Long> damaged = Optional.empty();
    private final Map<Long, Decision> decisions = new HashMap<>();
    private int decided;
    private int attempted = -1;
    private int attempts;

    /** A record of the facts topic, as somebody published it. */
    sealed interface Fed {
        record Change(FactChange change) implements Fed {}

        record Broken(byte[] bytes) implements Fed {}

        record Flush() implements Fed {}
    }

    public MemoryLine(String model, int partitions, Clock clock) {
        this.model = model;
        this.clock = clock;
        this.factsConsumed = new int[partitions];
        for (int partition = 0; partition < partitions; partition++) {
            facts.add(new ArrayList<>());
        }
    }

    /** Puts fact changes into the facts topic, those of one subject into one partition. */
    public synchronized void publish(FactChange... changes) {
        for (FactChange change : changes) {
            facts.get(Math.floorMod(change.key().subject().hashCode(), facts.size())).add(new Fed.Change(change));
        }
    }

    /** Puts a record that nobody can read into the facts topic. */
    public synchronized void publishBroken(byte[] bytes) {
        facts.get(0).add(new Fed.Broken(bytes));
    }

    /** Asks for everything pending to be sealed. */
    public synchronized void flush() {
        facts.get(0).add(new Fed.Flush());
    }

    /** Puts an intent into the intent log, beside those that accumulators commit. */
    public synchronized void submit(Intent intent) {
        intents.add(intent);
    }

    /** Becomes the line's only editor. */
    public synchronized EditLog editLog() {
        return new MemoryEditLog(this, take(Faults.At.EDIT));
    }

    /** Becomes the line's only accumulator. */
    public synchronized IntakeLog intakeLog() {
        return new MemoryIntakeLog(this, take(Faults.At.INTAKE));
    }

    public VersionFeed feed() {
        return new MemoryVersionFeed(this);
    }

    public DeltaFeed deltas() {
        return new MemoryDeltaFeed(this);
    }

    /** From now on the delta of this version cannot be read; none where empty. */
    public synchronized void damage(Optional<Long> version) {
        damaged = version;
    }

    public Faults faults() {
        return faults;
    }

    private int take(Faults.At role) {
        return owners.merge(role, 1, Integer::sum);
    }

    /** Makes effects visible at once, unless somebody else has taken the role over. */
    synchronized void transaction(Faults.At role, Faults.At at, int owner, Runnable effects) {
        if (owners.get(role) != owner) {
            throw new ErrataException(Failure.WORKER_FENCED, "owner " + owner + " (expected: " + owners.get(role) + ", who came later)");
        }
        faults.run(at, effects);
    }

    /** The intent is the first that an opened log gave; how often it was. */
    synchronized int attempt(int intent) {
        attempts = attempted == intent ? attempts + 1 : 1;
        attempted = intent;
        return attempts;
    }

    synchronized void excuse() {
        attempts = 0;
    }

    /** Called within a transaction. */
    void add(Commit commit) {
        commits.add(commit);
        outcomes.addAll(commit.outcomes());
        for (LedgerChange change : commit.ledger()) {
            if (change instanceof LedgerChange.Written written) {
                ledger.put(written.key(), written);
            } else {
                ledger.remove(change.key());
            }
        }
    }

    /** The same for what a decision makes, which is no intent. Called within a transaction. */
    void addDecided(Commit commit) {
        add(commit);
        decided++;
    }

    /** How many intents were carried out. */
    synchronized int carriedOut() {
        return commits.size() - decided;
    }

    /** Decides about a held version; the first word counts. */
    public synchronized void decide(Decision decision) {
        decisions.putIfAbsent(decision.version(), decision);
    }

    synchronized Optional<Decision> decision(long version) {
        return Optional.ofNullable(decisions.get(version));
    }

    /** Every transaction of an editor that carried out an intent, as one. */
    public synchronized List<Commit> commits() {
        return List.copyOf(commits);
    }

    public synchronized List<Version> versions() {
        return commits.stream().flatMap(commit -> commit.version().stream()).toList();
    }

    public synchronized List<Evaluation> evaluations() {
        return commits.stream().flatMap(commit -> commit.evaluation().stream()).toList();
    }

    /** Of accumulator and editor, in the order in which they were committed. */
    public synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    public synchronized List<Intent> intents() {
        return List.copyOf(intents);
    }

    public synchronized List<Head> heads() {
        return List.copyOf(heads);
    }

    public synchronized List<Received.Unreadable> deadLetters() {
        return List.copyOf(deadLetters);
    }

    /** What a compacted ledger topic holds. */
    public synchronized Map<FactKey, LedgerChange.Written> ledger() {
        return Map.copyOf(ledger);
    }

    /** The commit that made a version. */
    synchronized Commit of(long version) {
        return commits.stream().filter(commit -> commit.version().isPresent()).skip(version - 1).findFirst().orElseThrow();
    }

    /** The payload of a version's delta; a copy, empty for a rollback. */
    public synchronized byte[] delta(long version) {
        if (damaged.isPresent() && damaged.get() == version) {
            throw new ErrataException(Failure.CHUNK_INVALID, "delta of version " + version + ": planted damage (expected: as written)");
        }
        return of(version).delta().clone();
    }

    /** The payload of a version's pairs; a copy, empty for a rollback. */
    public synchronized byte[] pairs(long version) {
        return of(version).pairs().clone();
    }
}
