package dev.errata.experiment;

import dev.errata.memit.KeptTarget;
import dev.errata.memit.TargetKey;
import dev.errata.memit.TargetStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Targets that are kept as long as an experiment goes on, so that each is searched once in it and none was before it.
 *
 * <h2>Limits</h2> All of them in the heap: 8 d bytes each.
 * <h2>Thread safety</h2> Safe.
 */
final class KeptInMemory implements TargetStore {
    private final Map<TargetKey, KeptTarget> kept = new ConcurrentHashMap<>();

    @Override
    public Optional<KeptTarget> find(TargetKey key) {
        return Optional.ofNullable(kept.get(key));
    }

    @Override
    public void keep(TargetKey key, KeptTarget target) {
        kept.put(key, target);
    }
}
