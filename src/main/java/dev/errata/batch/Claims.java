package dev.errata.batch;

import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is remembered of the fact changes that were taken in: which events, how far each source has come with each fact key, and who
 * claims what.
 *
 * <p>For each key one object stands, claimed by one or more sources. A change that was taken in sets the object and, if it is another
 * one, ends the claims on the former; a retraction ends all claims; a change that was rejected ends its own source's claim, because
 * that source no longer says what it said. What stands therefore follows the weights, as far as intake can know: a claim stays when
 * the worker later rejects its edit.
 *
 * <p>Memory is bounded, so events are forgotten: the oldest first, in the order in which they were taken in, and never one that is
 * pending. Newest revisions and claims are not kept beside the events but follow from those that are remembered, each time they are
 * asked for. What a forgotten event said therefore counts no more, before a restart just as after it.
 *
 * <h2>Limits</h2> So many events, and so many of one key; pending ones may be more. A question about a key takes time in proportion to
 * its remembered events. <h2>Thread safety</h2> One thread.
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

    /** An event with its number in the order in which events were taken in. */
    private record Remembered(long number, Known known) {}

    private final int most;
    private final int mostOfKey;
    private final Map<EventId, Remembered> events = new HashMap<>();
    private final Map<FactKey, List<Remembered>> keys = new HashMap<>();
    /** What may be forgotten, oldest first: whatever is not pending. */
    private final TreeSet<Remembered> released = new TreeSet<>(Comparator.comparingLong(Remembered::number));
    private long next;

    /**
     * @param most events that are remembered
     * @param mostOfKey those of one key
     */
    Claims(int most, int mostOfKey) {
        this.most = most;
        this.mostOfKey = mostOfKey;
    }

    boolean knows(EventId event) {
        return events.containsKey(event);
    }

    /** The newest event of this key and source, if the change is an older revision. */
    Optional<EventId> newerThan(FactChange change) {
        Newest newest = null;
        for (Remembered one : of(change.key())) {
            if (one.known.event().source().equals(change.event().source())) {
                newest = after(newest, one.known);
            }
        }
        return Optional.ofNullable(newest).filter(found -> found.isNewerThan(change.revision())).map(Newest::event);
    }

    /** How far a source has come after this change; an older one counts for nothing. */
    private static Newest after(Newest newest, Known known) {
        if (newest == null) {
            return Newest.of(known);
        }
        return newest.isNewerThan(known.revision()) ? newest : newest.then(known);
    }

    /** The latest claim of another source on another object for this key; none for a retraction, which claims nothing. */
    Optional<Claim> against(FactChange change) {
        Claim latest = null;
        if (change.claim().isPresent()) {
            for (Claim claim : standing(change.key())) {
                boolean other = !claim.event().source().equals(change.event().source());
                if (other && !claim.object().equals(change.claim().get())) {
                    latest = claim;
                }
            }
        }
        return Optional.ofNullable(latest);
    }

    /** In the order of the latest claims. */
    private List<Claim> standing(FactKey key) {
        Map<String, Newest> newest = new HashMap<>();
        Map<String, Claim> standing = new LinkedHashMap<>();
        for (Remembered one : of(key)) {
            Known known = one.known;
            String source = known.event().source();
            Newest before = newest.get(source);
            Newest after = after(before, known);
            if (after == before) {
                continue;
            }
            newest.put(source, after);
            if (known.rejected()) {
                standing.remove(source);
            } else if (known.object().isEmpty()) {
                standing.clear();
            } else {
                String object = known.object().get();
                standing.values().removeIf(other -> !other.object().equals(object));
                // Removed first, so that the map's order is that of the latest claims.
                standing.remove(source);
                standing.put(source, new Claim(known.event(), object));
            }
        }
        return List.copyOf(standing.values());
    }

    private List<Remembered> of(FactKey key) {
        return keys.getOrDefault(key, List.of());
    }

    /** Remembers an event; it is not forgotten before it is released. */
    void learn(Known known) {
        Remembered one = new Remembered(next++, known);
        events.put(known.event(), one);
        // Most keys have one event: the smallest list there is.
        keys.merge(known.key(), List.of(one), Claims::joined);
    }

    private static List<Remembered> joined(List<Remembered> some, List<Remembered> more) {
        List<Remembered> joined = some instanceof ArrayList ? some : new ArrayList<>(some);
        joined.addAll(more);
        return joined;
    }

    /** The event is not pending, or no longer. */
    void release(EventId event) {
        released.add(events.get(event));
    }

    /** None where nothing is left. */
    private static List<Remembered> without(List<Remembered> some, Remembered one) {
        if (some.size() == 1) {
            return null;
        }
        some.remove(one);
        return some;
    }

    /** Forgets what is too much, after a change of this key was taken in; what is forgotten, in its order. */
    List<EventId> forget(FactKey key) {
        List<EventId> forgotten = new ArrayList<>();
        List<Remembered> ofKey = of(key);
        for (int at = 0; ofKey.size() > mostOfKey && at < ofKey.size(); ) {
            Remembered one = ofKey.get(at);
            if (released.remove(one)) {
                ofKey.remove(at);
                events.remove(one.known.event());
                forgotten.add(one.known.event());
            } else {
                at++;
            }
        }
        while (events.size() > most && !released.isEmpty()) {
            Remembered oldest = released.pollFirst();
            events.remove(oldest.known.event());
            keys.computeIfPresent(oldest.known.key(), (any, ofIt) -> without(ofIt, oldest));
            forgotten.add(oldest.known.event());
        }
        return forgotten;
    }
}
