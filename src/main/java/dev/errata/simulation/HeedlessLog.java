package dev.errata.simulation;

import dev.errata.delta.Version;
import dev.errata.stream.Commit;
import dev.errata.stream.Decision;
import dev.errata.stream.EditLog;
import dev.errata.stream.ForwardingEditLog;
import dev.errata.stream.Head;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A planted bug: held versions are not announced, but whatever waits behind them is taken up. One thread. */
final class HeedlessLog extends ForwardingEditLog {
    private final Set<Long> held = new HashSet<>();

    HeedlessLog(EditLog log) {
        super(log);
    }

    @Override
    public void replay(Visitor visitor) {
        super.replay((version, delta, pairs) -> {
            hold(version);
            visitor.version(version, delta, pairs);
        });
    }

    @Override
    public void commit(Commit commit) {
        super.commit(commit);
        commit.version().ifPresent(this::hold);
    }

    private void hold(Version version) {
        version.held().ifPresent(why -> held.add(version.number()));
    }

    @Override
    public Optional<Decision> decision(long version, Duration wait) {
        return Optional.of(new Decision("nobody", version, true, "planted"));
    }

    @Override
    public void announce(Head head) {
        if (!held.contains(head.version())) {
            super.announce(head);
        }
    }
}
