package dev.errata.worker;

import dev.errata.failure.ErrataException;
import dev.errata.memit.KeptTarget;
import dev.errata.memit.KeptTargetCodec;
import dev.errata.memit.TargetDirectory;
import dev.errata.memit.TargetKey;
import dev.errata.stream.SharedTarget;
import dev.errata.stream.TargetFeed;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Takes the targets that workers share into this process's own directory. A record that is no target is said and left out: it can only
 * cost a search.
 *
 * <h2>Thread safety</h2> Confined to its {@link RoleThread}.
 */
public final class TargetCycle implements RoleThread.Cycle {
    private static final Logger LOG = Logger.getLogger(TargetCycle.class);
    private static final Duration WAIT = Duration.ofMillis(250);

    private final TargetFeed feed;
    private final TargetDirectory own;

    public TargetCycle(TargetFeed feed, TargetDirectory own) {
        this.feed = feed;
        this.own = own;
    }

    @Override
    public void turn() {
        Optional<SharedTarget> next = feed.next(WAIT);
        if (next.isPresent()) {
            take(next.get());
        }
    }

    private void take(SharedTarget shared) {
        TargetKey key = new TargetKey(shared.key());
        // What this process has offered itself comes back as well.
        if (own.holds(key)) {
            return;
        }
        try {
            KeptTarget target = KeptTargetCodec.decode(shared.bytes());
            own.keep(key, target);
        } catch (ErrataException e) {
            LOG.warnf("shared target %s is left out: %s", key, e.getMessage());
        }
    }

    @Override
    public void close() {
        feed.close();
    }
}
