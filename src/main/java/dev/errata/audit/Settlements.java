package dev.errata.audit;

import dev.errata.audit.Row.About;
import dev.errata.audit.Row.Kind;
import dev.errata.fact.FactChange;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import dev.errata.stream.IntakeNote;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.FactReader;
import dev.errata.stream.event.FactReader.Request;
import dev.errata.stream.event.RecordKey;
import java.util.HexFormat;
import java.util.List;

/** Reads facts and what became of them outside batches: pending, outcomes, dead letters. One thread. */
final class Settlements {
    private final Evidence evidence;
    private final Fingerprints fingerprints;
    private final FactReader reader;

    Settlements(Evidence evidence) {
        this.evidence = evidence;
        this.fingerprints = evidence.fingerprints;
        this.reader = new FactReader(evidence.rules.limits());
    }

    void pending() {
        evidence.each(Topic.INTAKE, evidence::ofPart, (place, record) -> {
            if (record.value() == null) {
                evidence.rows.add(Row.of(About.EVENT, fingerprints.of(RecordKey.event(record.key())), Kind.FORGOTTEN, place));
                return;
            }
            IntakeNote note = EventCodec.INTAKE.decode(record.value());
            if (note instanceof IntakeNote.StillPending still) {
                Position position = still.arrival().position();
                evidence.rows.add(Row.of(About.EVENT, fingerprints.of(still.event()), Kind.PENDING, place).at(position));
            } else if (note instanceof IntakeNote.Begun begun) {
                evidence.snapshot.begun(begun.offsets());
            }
        });
    }

    void outcomes() {
        evidence.each(Topic.OUTCOMES, evidence::ofPart, (place, record) -> {
            Outcome outcome = EventCodec.OUTCOME.decode(record.value());
            evidence.findings.require(
                    outcome.key().equals(RecordKey.factKey(record.key())), Invariant.ANSWERS, place, "outcome of " + outcome.key(),
                    RecordKey.factKey(record.key()) + ", as its key says");
            outcome(place, outcome);
        });
    }

    private void outcome(Place place, Outcome outcome) {
        Fingerprint event = fingerprints.of(outcome.event());
        Fingerprint key = fingerprints.of(outcome.key());
        Row ofEvent = Row.of(About.EVENT, event, kind(outcome.fate()), place).at(outcome.position()).one(key);
        Row ofKey = Row.of(About.KEY, key, kind(outcome.fate()), place);
        if (outcome.fate() instanceof Fate.Applied applied) {
            ofEvent = ofEvent.number(applied.version());
            evidence.rows.add(ofKey.number(applied.version()).one(applied.replaced().map(fingerprints::of).orElse(Fingerprint.NONE)));
        } else if (outcome.fate() instanceof Fate.Superseded superseded) {
            evidence.rows.add(ofKey.one(event).two(fingerprints.of(superseded.by())));
        }
        evidence.rows.add(ofEvent);
    }

    private static Kind kind(Fate fate) {
        if (fate instanceof Fate.Applied) {
            return Kind.APPLIED;
        }
        if (fate instanceof Fate.Superseded) {
            return Kind.SUPERSEDED;
        }
        if (fate instanceof Fate.Duplicate) {
            return Kind.DUPLICATE;
        }
        return ((Fate.Rejected) fate).code() == Failure.FACT_CONFLICT ? Kind.CONFLICT : Kind.REJECTED;
    }

    void facts() {
        evidence.each(Topic.FACTS, any -> true, (place, record) -> {
            Request request;
            try {
                request = reader.read(record);
            } catch (RuntimeException e) {
                // Whatever it is, the accumulator meets the same.
                evidence.rows.add(unreadable(place, record));
                return;
            }
            // Of another line's facts, and of those before a branch, nothing may become here: as if they were not there.
            if (request instanceof Request.Change change
                    && change.event().audience().holds(evidence.line.model())
                    && !evidence.snapshot.isBefore(place.position())) {
                read(place, change.change());
            }
        });
    }

    private void read(Place place, FactChange change) {
        Fingerprint event = fingerprints.of(change.event());
        Fingerprint key = fingerprints.of(change.key());
        evidence.rows.add(Row.of(About.EVENT, event, Kind.READ, place)
                .at(place.position())
                .one(fingerprints.of(change))
                .two(key));
        evidence.rows.add(Row.of(About.KEY, key, Kind.READ, place)
                .one(event)
                .two(fingerprints.of(change.event().source()))
                .revision(change.revision()));
    }

    /** A record of the facts or the batches topic that nobody can read. */
    Row unreadable(Place place, RawRecord record) {
        return Row.of(About.RECORD, at(place), Kind.UNREADABLE, place).one(value(record));
    }

    void deadLetters() {
        evidence.each(Topic.DEAD_LETTERS, this::ofLine, (place, record) -> {
            Topic topic = record.header("errata-topic").orElse("").equals(evidence.line.topic(Topic.FACTS))
                    ? Topic.FACTS
                    : Topic.BATCHES;
            int partition = (int) Evidence.number(record, "errata-partition");
            Place from = new Place(topic, partition, Evidence.number(record, "errata-offset"));
            boolean cut = record.header("errata-bytes").isPresent();
            evidence.rows.add(Row.of(About.RECORD, at(from), Kind.LETTER, place)
                    .at(from.position())
                    .number(topic.ordinal())
                    .one(cut ? Fingerprint.NONE : value(record)));
        });
    }

    /** Facts are everybody's; of the batches topic, only what the line's key says. */
    private boolean ofLine(RawRecord record) {
        String topic = record.header("errata-topic").orElse("");
        return topic.equals(evidence.line.topic(Topic.FACTS))
                || topic.equals(evidence.line.topic(Topic.BATCHES)) && evidence.ofLine(record);
    }

    private static Fingerprint at(Place place) {
        return new Fingerprint(((long) place.topic().ordinal() << Integer.SIZE) | place.partition(), place.offset());
    }

    private Fingerprint value(RawRecord record) {
        return fingerprints.of(record.value() == null ? "none" : HexFormat.of().formatHex(record.value()));
    }

    /** Compares an unreadable record with its dead letter. */
    void record(List<Row> group) {
        List<Row> unreadable = LogAudit.of(group, Kind.UNREADABLE);
        List<Row> letters = LogAudit.of(group, Kind.LETTER);
        if (letters.isEmpty()) {
            Place place = unreadable.get(0).place();
            if (place.topic() == Topic.FACTS && evidence.snapshot.isBefore(place.position())) {
                return;
            }
            boolean due = place.topic() == Topic.FACTS
                    ? evidence.snapshot.consumed(place.position())
                    : evidence.snapshot.intentConsumed(place.offset());
            if (!evidence.snapshot.lettersExpired()) {
                String words = "cannot be read (expected: a readable record, or its dead letter)";
                evidence.missing(due, "unreadable records", Invariant.ONE_OUTCOME, place, words);
            }
            return;
        }
        Row letter = letters.get(letters.size() - 1);
        evidence.findings.require(
                letters.size() == 1 || evidence.shared(), Invariant.ONE_OUTCOME, letter.place(),
                "dead letter of " + told(letter) + " twice", "once");
        if (unreadable.isEmpty()) {
            boolean expired = letter.number() == Topic.FACTS.ordinal() && evidence.snapshot.expired(letter.position());
            evidence.findings.require(
                    expired, Invariant.ONE_OUTCOME, letter.place(), "dead letter of " + told(letter), "one of an unreadable record");
        } else {
            boolean same = letter.one().equals(Fingerprint.NONE) || letter.one().equals(unreadable.get(0).one());
            evidence.findings.require(
                    same, Invariant.ANSWERS, letter.place(), "another value than " + told(letter), "the record as it was received");
        }
    }

    private static String told(Row letter) {
        return Topic.values()[(int) letter.number()].suffix() + " " + letter.position();
    }
}
