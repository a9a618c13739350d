package dev.errata.delta;

import dev.errata.delta.Version.Change.Edited;
import dev.errata.fact.FactKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The live facts while versions are folded into them, in the order in which they were written. Not thread-safe. */
final class Ledger {
    private final Map<FactKey, Live> live = new LinkedHashMap<>();
    /** What {@link #live()} gave since the last change; makes reading cheap without a copy for every version of a long log. */
    private Map<FactKey, Live> snapshot;

    boolean holds(FactKey key) {
        return live.containsKey(key);
    }

    /** Out, then in. */
    void apply(Version version, Edited edited) {
        edited.out().forEach(live::remove);
        edited.in().forEach(fact -> live.put(fact.key(), new Live(version.number(), fact)));
        snapshot = null;
    }

    /** Immutable. */
    Map<FactKey, Live> live() {
        if (snapshot == null) {
            snapshot = Collections.unmodifiableMap(new LinkedHashMap<>(live));
        }
        return snapshot;
    }
}
