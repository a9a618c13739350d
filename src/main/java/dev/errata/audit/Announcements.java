package dev.errata.audit;

import dev.errata.audit.Row.About;
import dev.errata.audit.Row.Kind;
import dev.errata.evaluation.Evaluation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.fact.FactKey;
import dev.errata.stream.Head;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.RecordKey;

/** Reads what is said of versions beside them: heads, evaluations, the ledger. One thread. */
final class Announcements {
    private static final String LEDGER_ID = "ledger-";

    private final Evidence evidence;
    private Place lastHead = new Place(Topic.HEAD, 0, 0);
    private long head = -1;

    Announcements(Evidence evidence) {
        this.evidence = evidence;
    }

    void heads() {
        evidence.each(Topic.HEAD, evidence::ofLine, this::head);
    }

    private void head(Place place, RawRecord record) {
        Head read = EventCodec.HEAD.decode(record.value());
        evidence.findings.require(
                read.version() >= head, Invariant.CHAIN, place, "head " + read.version() + " after " + head, "no way back");
        head = read.version();
        lastHead = place;
        evidence.rows.add(ofVersion(Kind.HEAD, place, head, read.digest()));
    }

    /** At rest the newest version is announced, unless it is held; {@link VersionCheck} sees that a held one is not. */
    void requireHead(long newest) {
        if (Math.max(head, 0) < newest) {
            evidence.missing(
                    evidence.snapshot.atRest(), "versions to be announced", Invariant.CHAIN, lastHead,
                    "last head: " + head + " (expected: " + newest + ")");
        }
    }

    void evaluations() {
        evidence.each(Topic.EVALUATIONS, evidence::ofLine, (place, record) -> {
            Evaluation read = EventCodec.EVALUATION.decode(record.value());
            evidence.rows.add(ofVersion(Kind.EVALUATION, place, read.version(), read.versionDigest()));
        });
    }

    private Row ofVersion(Kind kind, Place place, long version, String digest) {
        return Row.of(About.VERSION, new Fingerprint(0, version), kind, place)
                .number(version)
                .one(evidence.fingerprints.of(digest));
    }

    void ledger() {
        evidence.each(Topic.LEDGER, evidence::ofPart, (place, record) -> {
            FactKey key = RecordKey.factKey(record.key());
            Row row = Row.of(About.KEY, evidence.fingerprints.of(key), Kind.LEDGER, place).number(madeBy(record));
            if (record.value() != null) {
                LedgerChange.Written written = EventCodec.LEDGER.decode(record.value());
                evidence.findings.require(
                        written.key().equals(key), Invariant.ANSWERS, place, "ledger of " + written.key(), key + ", as its key says");
                row = row.one(evidence.fingerprints.of(written.version(), written.fact()));
            }
            evidence.rows.add(row);
        });
    }

    /** The version that changed the ledger: the record's id is {@code ledger-<version>-<place>}. */
    private static long madeBy(RawRecord record) {
        String id = record.header("ce_id").orElse("");
        int end = id.lastIndexOf('-');
        long version = id.startsWith(LEDGER_ID) && end > LEDGER_ID.length() ? Evidence.number(id.substring(LEDGER_ID.length(), end)) : -1;
        if (version < 1) {
            throw new ErrataException(Failure.RECORD_UNREADABLE, "ce_id: \"" + id + "\" (expected: ledger-<version>-<place>)");
        }
        return version;
    }
}
