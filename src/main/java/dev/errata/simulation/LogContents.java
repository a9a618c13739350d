package dev.errata.simulation;

import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome;
import dev.errata.stream.DeadLetter;
import dev.errata.stream.Head;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.RawRecord;
import java.util.List;
import java.util.Map;

/**
 * All that the topics say of one line at one time, as a {@code read_committed} consumer sees it. Each list is in the order of its topic;
 * a topic with many partitions has an order only within each.
 *
 * @param deltas the verified payload of each edit up to the head, by version
 */
public record LogContents(
        List<RawRecord> facts,
        List<DeadLetter> deadLetters,
        List<Intent> intents,
        List<Outcome> outcomes,
        List<Version> versions,
        List<Evaluation> evaluations,
        List<Head> heads,
        List<LedgerChange> ledger,
        Map<Long, byte[]> deltas) {
    public LogContents {
        facts = List.copyOf(facts);
        deadLetters = List.copyOf(deadLetters);
        intents = List.copyOf(intents);
        outcomes = List.copyOf(outcomes);
        versions = List.copyOf(versions);
        evaluations = List.copyOf(evaluations);
        heads = List.copyOf(heads);
        ledger = List.copyOf(ledger);
        deltas = Map.copyOf(deltas);
    }

    public LogContents withDeltas(Map<Long, byte[]> payloads) {
        return new LogContents(facts, deadLetters, intents, outcomes, versions, evaluations, heads, ledger, payloads);
    }
}
