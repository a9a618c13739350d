package dev.errata.simulation;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.stream.Decision;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.Operator;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.simulated.SimulatedBroker;
import dev.errata.worker.CycleListener;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * The operators: they ask for earlier versions and for rebases, and decide about held versions; now and then about one that is not there,
 * or not held, or for a second time. One thread.
 */
final class Operators implements CycleListener {
    private final SimulatedBroker broker;
    private final ModelLine line;
    private final Random random;
    /** Whether the last word is never said: the line rests with a version held. */
    private final boolean silent;
    private final Set<Long> waiting = new TreeSet<>();
    private final Set<Long> decided = new TreeSet<>();
    private int requests;

    Operators(SimulatedBroker broker, ModelLine line, Random random) {
        this.broker = broker;
        this.line = line;
        this.random = random;
        this.silent = random.nextInt(4) == 0;
    }

    @Override
    public void held(Version version) {
        waiting.add(version.number());
    }

    @Override
    public void decided(Version version, Decision decision) {
        waiting.remove(version.number());
    }

    /** An operator asks for an earlier version, which may not exist. */
    void rollback(long about) {
        ask(new Intent.Rollback("r-" + ++requests, near(about), "simulated", now()));
    }

    /** An operator asks for a rebase, whether there is something to rebase or not. */
    void rebase() {
        ask(new Intent.Rebase("rebase-" + ++requests, "simulated", now()));
    }

    private void ask(Intent intent) {
        broker.publish(line.topic(Topic.BATCHES), null, RecordKey.of(line.model()), Events.of(line, intent));
    }

    /** An operator decides about a version. */
    void decide(long about) {
        boolean knows = !waiting.isEmpty() && random.nextInt(8) > 0;
        decide(List.copyOf(waiting), knows ? random.nextInt(waiting.size()) : -1, about);
    }

    private void decide(List<Long> held, int which, long about) {
        long version = which < 0 ? near(about) : held.get(which);
        Operation.Action action = random.nextBoolean() ? Operation.Action.RELEASE : Operation.Action.REJECT;
        Operation.Result accepted = new Operation.Result.Accepted();
        Operation operation = new Operation(
                "d-" + ++requests, Operator.ANYBODY, action, Operation.version(version), "simulated", now(), accepted);
        decided.add(version);
        broker.publish(line.topic(Topic.AUDIT), null, RecordKey.of(line.model()), Events.of(line, operation));
    }

    /** In the end every version that waits is decided about, unless nobody cares. */
    void settle() {
        List<Long> left = waiting.stream().filter(version -> !decided.contains(version)).toList();
        for (int i = 0; i < left.size() && !silent; i++) {
            decide(left, i, 0);
        }
    }

    private long near(long version) {
        return Math.max(0, version - 3 + random.nextInt(5));
    }

    private Instant now() {
        return SimulatedClock.START.plusNanos(broker.nanos());
    }
}
