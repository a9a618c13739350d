package dev.errata.batch;

import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.Failure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of every fact change that was ever taken in: which events, how far each source has come with each fact key, and who
 * claims what.
 *
 * <p>For each key one object stands, claimed by one or more sources. A change that was taken in sets the object and, if it is another
 * one, ends the claims on the former; a retraction ends all claims; a change that was rejected ends its own source's claim, because
 * that source no longer says what it said. What stands therefore follows the weights, as far as intake can know: a claim stays when
 * the worker later rejects its edit.
 *
 * <h2>Limits</h2> Grows with every event; no bound yet. <h2>Thread safety</h2> One thread.
 */
final class Claims {
    /** A standing claim: the event that made it last, and its object in normal form. */
    record Claim(EventId event, String object) {
        /** The fate of a change that claims another object. */
        Fate rejects(FactChange change) {
            String message = "object: \"" + change.claim().orElseThrow() + "\" by " + change.event() + " (expected: \"" + object
                    + "\", which " + event + " claims for " + change.key() + ")";
            return new Fate.Rejected(Failure.FACT_CONFLICT, message);
        }
    }

    private static final class OfKey {
        private final Map<String, Newest> newest = new HashMap<>();
        private final Map<String, Claim> standing = new LinkedHashMap<>();
    }

    private final Set<EventId> events = new HashSet<>();
    private final Map<FactKey, OfKey> keys = new HashMap<>();

    boolean knows(EventId event) {
        return events.contains(event);
    }

    /** The newest event of this key and source, if the change is an older revision. */
    Optional<EventId> newerThan(FactChange change) {
        return Optional.ofNullable(keys.get(change.key()))
                .map(key -> key.newest.get(change.event().source()))
                .filter(newest -> newest.isNewerThan(change.revision()))
                .map(Newest::event);
    }

    /** The latest claim of another source on another object for this key; none for a retraction, which claims nothing. */
    Optional<Claim> against(FactChange change) {
        OfKey key = keys.get(change.key());
        if (key == null || change.claim().isEmpty()) {
            return Optional.empty();
        }
        Claim latest = null;
        for (Claim claim : key.standing.values()) {
            boolean other = !claim.event().source().equals(change.event().source());
            if (other && !claim.object().equals(change.claim().get())) {
                latest = claim;
            }
        }
        return Optional.ofNullable(latest);
    }

    void learn(Known known) {
        events.add(known.event());
        OfKey key = keys.computeIfAbsent(known.key(), any -> new OfKey());
        String source = known.event().source();
        Newest before = key.newest.get(source);
        if (before != null && before.isNewerThan(known.revision())) {
            return;
        }
        key.newest.put(source, before == null ? Newest.of(known) : before.then(known));
        if (known.rejected()) {
            key.standing.remove(source);
        } else if (known.object().isEmpty()) {
            key.standing.clear();
        } else {
            stand(key.standing, new Claim(known.event(), known.object().get()));
        }
    }

    private static void stand(Map<String, Claim> standing, Claim claim) {
        standing.values().removeIf(other -> !other.object().equals(claim.object()));
        // Removed first, so that the map's order is that of the latest claims.
        standing.remove(claim.event().source());
        standing.put(claim.event().source(), claim);
    }
}
