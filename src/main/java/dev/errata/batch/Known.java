package dev.errata.batch;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.EventId;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.fact.Revision;
import java.util.Optional;

/**
 * A fact change that was taken in once, whatever became of it: enough to recognise its duplicates, older revisions and other sources'
 * claims as long as it is remembered.
 *
 * @param object what it claims, in normal form; a retraction claims nothing
 * @param rejected whether the accumulator rejected it, so that it never counted as a claim; what the worker rejects later is no matter
 */
public record Known(EventId event, FactKey key, Revision revision, Optional<String> object, boolean rejected) {
    public Known {
        requireNonNull(event, "event");
        requireNonNull(key, "key");
        requireNonNull(revision, "revision");
        requireNonNull(object, "object");
    }

    /** Of a change that was kept, or settled as superseded. */
    public static Known of(FactChange change) {
        return new Known(change.event(), change.key(), change.revision(), change.claim(), false);
    }

    /** Of a change that was settled as rejected. */
    public static Known rejected(FactChange change) {
        return new Known(change.event(), change.key(), change.revision(), change.claim(), true);
    }
}
