package dev.errata.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.audit.Row.About;
import dev.errata.audit.Row.Kind;
import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.fact.Arrival;
import dev.errata.fact.FactChange;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.IntentCodec;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads the intent log. One thread. */
final class IntentReading {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANY = "any";

    private final Evidence evidence;
    private final Fingerprints fingerprints;
    private final Settlements settlements;

    IntentReading(Evidence evidence) {
        this.evidence = evidence;
        this.fingerprints = evidence.fingerprints;
        this.settlements = new Settlements(evidence);
    }

    void read() {
        evidence.each(Topic.BATCHES, evidence::ofLine, (place, record) -> {
            try {
                intent(place, IntentCodec.read(record));
            } catch (ErrataException e) {
                // Anybody may write here; the worker makes a dead letter of it. Of a batch, only the accumulator.
                evidence.rows.add(settlements.unreadable(place, record));
                doubled(record).ifPresent(subject -> evidence.findings.add(
                        Invariant.NO_CONFLICT, place, "subject \"" + subject + "\" twice in a batch (expected: once)"));
            }
        });
    }

    private void intent(Place place, Intent intent) {
        long to = intent instanceof Intent.Rollback rollback ? rollback.to() : intent instanceof Intent.Rebase ? Row.REBASE : Row.EDIT;
        Fingerprint id = fingerprints.of(intent.id());
        evidence.rows.add(Row.of(About.INTENT, id, Kind.INTENT, place).number(to));
        if (intent instanceof Intent.Rebase) {
            evidence.rebases.add(id);
        }
        if (intent instanceof Intent.Edit edit) {
            Batch batch = edit.batch();
            int facts = batch.arrivals().size();
            evidence.findings.require(
                    facts <= AccumulatorRules.FACTS_MAX, Invariant.LIMITS, place, "batch of " + facts + " facts",
                    "at most " + AccumulatorRules.FACTS_MAX);
            batch.arrivals().forEach(arrival -> sealed(place, batch, arrival));
        }
    }

    private void sealed(Place place, Batch batch, Arrival arrival) {
        FactChange change = arrival.change();
        Fingerprint event = fingerprints.of(change.event());
        evidence.rows.add(Row.of(About.EVENT, event, Kind.SEALED, place)
                .at(arrival.position())
                .number(change instanceof FactChange.Retracted ? 1 : 0)
                .one(fingerprints.of(change))
                .two(fingerprints.of(batch.id())));
        evidence.rows.add(Row.of(About.KEY, fingerprints.of(change.key()), Kind.SEALED, place)
                .at(arrival.position())
                .one(event)
                .two(fingerprints.of(change.event().source()))
                .revision(change.revision()));
    }

    /** The subject that a batch which cannot be read has twice. */
    private static Optional<String> doubled(RawRecord record) {
        Set<String> subjects = new HashSet<>();
        for (JsonNode arrival : tree(record).path("arrivals")) {
            JsonNode change = arrival.path("change");
            String subject = change.path("fact").path("subject").asText(change.path("subject").asText());
            if (!normal(subject).map(subjects::add).orElse(true)) {
                return Optional.of(subject);
            }
        }
        return Optional.empty();
    }

    /** As fact keys have it; none where nothing is left of it. */
    private static Optional<String> normal(String subject) {
        try {
            return Optional.of(FactKey.of(subject, ANY).subject());
        } catch (ErrataException e) {
            return Optional.empty();
        }
    }

    private static JsonNode tree(RawRecord record) {
        try {
            return record.value() == null ? JSON.nullNode() : JSON.readTree(record.value());
        } catch (IOException e) {
            return JSON.nullNode();
        }
    }
}
