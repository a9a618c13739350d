package dev.errata.worker;

import dev.errata.memit.KeptTarget;
import dev.errata.memit.KeptTargetCodec;
import dev.errata.memit.TargetKey;
import dev.errata.memit.TargetStore;
import dev.errata.stream.SharedTarget;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Kept targets that other workers hear of. They are found in this process's own store alone, which {@link TargetCycle} fills with what
 * the others have shared: an edit never waits for the log to answer.
 *
 * <h2>Thread safety</h2> As the store and {@code offer}.
 *
 * @param own where targets are found
 * @param offer takes a target to the others; must neither wait long nor fail
 */
public record SharedTargets(TargetStore own, Consumer<SharedTarget> offer) implements TargetStore {
    @Override
    public Optional<KeptTarget> find(TargetKey key) {
        return own.find(key);
    }

    @Override
    public void keep(TargetKey key, KeptTarget target) {
        own.keep(key, target);
        offer.accept(new SharedTarget(key.sha256(), KeptTargetCodec.encode(target)));
    }
}
