package dev.errata.audit;

import dev.errata.delta.Version;
import dev.errata.delta.Version.Origin;
import dev.errata.failure.ErrataException;
import dev.errata.stream.LogSource;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.RecordKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the copies with which a branch begins with the versions that they name, where those lie in the same topics: equal digests are
 * equal weights. A copy carries out no intent and its facts have no outcomes here; those are the origin's.
 *
 * <h2>Limits</h2> Some hundred bytes for each copy. <h2>Thread safety</h2> None: one thread.
 */
final class Origins {
    private record Copy(String digest, Place place) {}

    private final Evidence evidence;
    private final Map<Origin, Copy> copies = new HashMap<>();
    private String note;

    Origins(Evidence evidence) {
        this.evidence = evidence;
    }

    /** A version that is a copy. */
    void expect(Origin origin, String digest, Place place) {
        copies.put(origin, new Copy(digest, place));
    }

    /** What could not be compared. */
    Optional<String> note() {
        return Optional.ofNullable(note);
    }

    void check() {
        if (copies.isEmpty()) {
            return;
        }
        try (LogSource.Cursor cursor = evidence.source.read(Topic.VERSIONS)) {
            for (Optional<RawRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                compare(next.get());
            }
        }
        if (!copies.isEmpty()) {
            note = copies.size() + " versions are copies of versions that are not in these topics; they were not compared";
        }
    }

    private void compare(RawRecord record) {
        boolean asked = copies.keySet().stream().anyMatch(origin -> Arrays.equals(record.key(), RecordKey.of(origin.model())));
        Optional<Version> version = asked ? read(record) : Optional.empty();
        if (version.isPresent()) {
            Origin origin = new Origin(version.get().model(), version.get().number());
            Copy copy = copies.remove(origin);
            if (copy != null) {
                evidence.findings.require(
                        copy.digest().equals(version.get().digest()), Invariant.CHAIN, copy.place(),
                        "a copy of version " + origin.number() + " of " + origin.model() + " of digest " + copy.digest(),
                        version.get().digest());
            }
        }
    }

    private static Optional<Version> read(RawRecord record) {
        try {
            return Optional.of(EventCodec.VERSION.decode(record.value()));
        } catch (ErrataException e) {
            // A finding of that line's own audit.
            return Optional.empty();
        }
    }
}
