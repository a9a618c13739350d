package dev.errata.memit;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Targets that are kept as long as the test goes on. */
public final class MemoryTargets implements TargetStore {
    private final Map<TargetKey, KeptTarget> kept = new ConcurrentHashMap<>();

    @Override
    public Optional<KeptTarget> find(TargetKey key) {
        return Optional.ofNullable(kept.get(key));
    }

    @Override
    public void keep(TargetKey key, KeptTarget target) {
        kept.put(key, target);
    }

    public int size() {
        return kept.size();
    }

    public void clear() {
        kept.clear();
    }
}
