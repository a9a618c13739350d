package dev.errata.batch;

import dev.errata.fact.Arrival;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The pending changes, in one line for each subject. The open batch is the first of every line; whoever stands behind waits.
 *
 * <p>That is the whole conflict rule of a batch: what shares a subject (all the more a fact key) cannot be first at once, nobody is
 * passed over, and when the batch is sealed the next of each line is in the new one. Which changes are in the open batch follows from
 * the changes and the order of their places alone, so a restart finds the same batch.
 *
 * <p>A place outlives the change in it: a newer revision takes the older one's place and age, or a fact that is revised often would
 * never be its turn.
 *
 * <h2>Thread safety</h2> One thread.
 */
final class Lines {
    private static final class Place {
        private final long number;
        private final Instant since;
        private Arrival arrival;

        private Place(long number, Instant since, Arrival arrival) {
            this.number = number;
            this.since = since;
            this.arrival = arrival;
        }
    }

    private final Map<String, Deque<Place>> subjects = new HashMap<>();
    private final Map<FactKey, List<Place>> keys = new HashMap<>();
    private final TreeMap<Long, Place> open = new TreeMap<>();
    private long places;
    private int size;
    private long chars;

    /** All pending changes. */
    int size() {
        return size;
    }

    /** UTF-16 units of their texts. */
    long chars() {
        return chars;
    }

    /** Changes in the open batch. */
    int open() {
        return open.size();
    }

    /** When the oldest place in the open batch was taken. */
    Optional<Instant> openSince() {
        return open.values().stream().map(place -> place.since).min(Comparator.naturalOrder());
    }

    /** The pending change of this key by this source; there is at most one. */
    Optional<Arrival> of(FactKey key, String source) {
        return keys.getOrDefault(key, List.of()).stream()
                .map(place -> place.arrival)
                .filter(arrival -> arrival.change().event().source().equals(source))
                .findFirst();
    }

    /** To the end of its subject's line, in a place that counts as taken at {@code since}. */
    void append(Arrival arrival, Instant since) {
        Place place = new Place(places++, since, arrival);
        FactKey key = arrival.change().key();
        Deque<Place> line = subjects.computeIfAbsent(key.subject(), any -> new ArrayDeque<>());
        if (line.isEmpty()) {
            open.put(place.number, place);
        }
        line.add(place);
        keys.computeIfAbsent(key, any -> new ArrayList<>(1)).add(place);
        size++;
        chars += chars(arrival);
    }

    /**
     * Puts a newer revision in for a pending older one. It takes the older one's place, unless other sources' changes of the key stand
     * behind it: those move up by one of the key's places, and the newer revision, which arrived last, takes the last.
     */
    void replace(Arrival older, Arrival newer) {
        List<Place> ofKey = keys.get(older.change().key());
        int at = 0;
        while (!ofKey.get(at).arrival.equals(older)) {
            at++;
        }
        chars += chars(newer) - chars(older);
        for (; at < ofKey.size() - 1; at++) {
            ofKey.get(at).arrival = ofKey.get(at + 1).arrival;
        }
        ofKey.get(at).arrival = newer;
    }

    private static long chars(Arrival arrival) {
        FactChange change = arrival.change();
        long chars = change.event().source().length() + change.event().id().length();
        if (change instanceof FactChange.Asserted asserted) {
            Fact fact = asserted.fact();
            chars += fact.subject().length() + fact.relation().id().length() + fact.relation().prompt().length() + fact.object().length();
            chars += asserted.previousObject().map(String::length).orElse(0);
            for (String probe : asserted.probes().paraphrases()) {
                chars += probe.length();
            }
            for (String probe : asserted.probes().neighbors()) {
                chars += probe.length();
            }
        }
        return chars;
    }

    /** Takes the changes in the open batch out, at most so many, in the order of their places; the next of each line is open then. */
    List<Arrival> takeOpen(int most) {
        List<Place> taken = open.values().stream().limit(most).toList();
        taken.forEach(this::take);
        return taken.stream().map(place -> place.arrival).toList();
    }

    private void take(Place place) {
        FactChange change = place.arrival.change();
        open.remove(place.number);
        drop(keys, change.key());
        drop(subjects, change.key().subject());
        size--;
        chars -= chars(place.arrival);
        Deque<Place> line = subjects.get(change.key().subject());
        if (line != null) {
            open.put(line.getFirst().number, line.getFirst());
        }
    }

    /** Drops the first place; it is the one that is taken, because a key's places stand in its subject's line in the same order. */
    private static <K, P extends Collection<Place>> void drop(Map<K, P> places, K key) {
        P line = places.get(key);
        line.remove(line.iterator().next());
        if (line.isEmpty()) {
            places.remove(key);
        }
    }

    /** All pending changes in the order of their places. */
    List<Pending> inOrder() {
        return subjects.values().stream()
                .flatMap(Collection::stream)
                .sorted(Comparator.comparingLong(place -> place.number))
                .map(place -> new Pending(place.arrival, place.since))
                .toList();
    }
}
