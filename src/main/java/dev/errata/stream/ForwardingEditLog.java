package dev.errata.stream;

import dev.errata.batch.Intent;
import java.time.Duration;
import java.util.Optional;

/**
 * Passes everything on to another log; what differs is overridden.
 *
 * <h2>Thread safety</h2> As the other's.
 */
public class ForwardingEditLog implements EditLog {
    private final EditLog log;

    protected ForwardingEditLog(EditLog log) {
        this.log = log;
    }

    @Override
    public void replay(Visitor visitor) {
        log.replay(visitor);
    }

    @Override
    public Optional<Intent> next(Duration wait) {
        return log.next(wait);
    }

    @Override
    public int attempts() {
        return log.attempts();
    }

    @Override
    public void excuse() {
        log.excuse();
    }

    @Override
    public long waiting() {
        return log.waiting();
    }

    @Override
    public void commit(Commit commit) {
        log.commit(commit);
    }

    @Override
    public Optional<Decision> decision(long version, Duration wait) {
        return log.decision(version, wait);
    }

    @Override
    public void commit(Decision decision, Commit commit) {
        log.commit(decision, commit);
    }

    @Override
    public void announce(Head head) {
        log.announce(head);
    }

    @Override
    public void close() {
        log.close();
    }
}
