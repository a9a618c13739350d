package dev.errata.audit;

import dev.errata.audit.Row.About;
import dev.errata.audit.Row.Kind;
import dev.errata.stream.Decision;
import dev.errata.stream.Operation;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import java.util.Optional;

/**
 * Reads what operators did, as far as versions follow from it: what they decided about held versions, and which requests were declined.
 *
 * <p>To be read after the versions, which follow from decisions, and before the intents, of which some were declined. One thread.
 */
final class OperationReading {
    private final Evidence evidence;
    /** Of the newest version, while that is held: the first word counts. */
    private Optional<Decision> newest = Optional.empty();

    OperationReading(Evidence evidence) {
        this.evidence = evidence;
    }

    void read() {
        evidence.each(Topic.AUDIT, evidence::ofLine, this::operation);
        if (isUndecided()) {
            evidence.snapshot.waitsAfter(evidence.versions.lastIntentOffset());
        }
    }

    private void operation(Place place, RawRecord record) {
        Operation operation = EventCodec.OPERATION.decode(record.value());
        Fingerprint id = evidence.fingerprints.of(operation.id());
        if (!operation.accepted()) {
            evidence.rows.add(Row.of(About.INTENT, id, Kind.DECLINED, place));
        }
        operation.decision().ifPresent(decision -> {
            evidence.rows.add(Row.of(About.VERSION, new Fingerprint(0, decision.version()), Kind.DECISION, place)
                    .number(decision.version())
                    .one(id)
                    .two(decision.released() ? Fingerprint.NONE : id));
            if (!decision.released()) {
                evidence.rows.add(Row.of(About.INTENT, id, Kind.REJECT, place).number(decision.version()));
            }
            if (newest.isEmpty() && decision.version() == evidence.versions.head()) {
                newest = Optional.of(decision);
            }
        });
    }

    /** Whether the newest version is held and nobody has decided about it. */
    private boolean isUndecided() {
        return evidence.versions.isNewestHeld() && newest.isEmpty();
    }

    Optional<String> note() {
        return isUndecided()
                ? Optional.of("version " + evidence.versions.head() + " is held: no operator has decided about it")
                : Optional.empty();
    }

    /** The newest version that is to be announced. */
    long announceable() {
        boolean waits = evidence.versions.isNewestHeld() && newest.filter(Decision::released).isEmpty();
        return evidence.versions.head() - (waits ? 1 : 0);
    }
}
