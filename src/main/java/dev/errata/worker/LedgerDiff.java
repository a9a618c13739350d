package dev.errata.worker;

import dev.errata.delta.Live;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.VersionChain;
import dev.errata.fact.FactKey;
import dev.errata.stream.LedgerChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a version changes in the ledger. An edit writes and takes out; a rollback makes the ledger that of an earlier version again, a
 * rebase leaves it as it is. */
final class LedgerDiff {
    private LedgerDiff() {}

    /** @param version the next one, not yet in the chain */
    static List<LedgerChange> between(VersionChain chain, Version version) {
        if (version.change() instanceof Edited edited) {
            return LedgerChange.of(version.number(), edited);
        }
        if (version.change() instanceof RolledBack back) {
            return back(chain.live(), chain.live(back.to()));
        }
        return List.of();
    }

    private static List<LedgerChange> back(Map<FactKey, Live> from, Map<FactKey, Live> to) {
        List<LedgerChange> changes = new ArrayList<>();
        from.keySet().stream().filter(key -> !to.containsKey(key)).forEach(key -> changes.add(new LedgerChange.Removed(key)));
        to.forEach((key, live) -> {
            if (!live.equals(from.get(key))) {
                changes.add(new LedgerChange.Written(live.version(), live.fact()));
            }
        });
        return changes;
    }
}
