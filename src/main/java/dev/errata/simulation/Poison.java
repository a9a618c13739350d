package dev.errata.simulation;

import dev.errata.batch.Intent;
import dev.errata.fact.Arrival;
import dev.errata.fact.FactChange.Asserted;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import dev.errata.memit.LinearEditor;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.TopicReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether facts that make every edit fail were rejected alone. The log's own invariants do not say so: a batch that is rejected whole
 * has an outcome for each of its changes too.
 */
final class Poison {
    private static final Set<String> OBJECTS = Set.of(LinearEditor.HUGE, LinearEditor.INFINITE, LinearEditor.THROWING);
    private static final Set<Failure> CODES = Set.of(
            Failure.EDIT_NOT_FINITE, Failure.EDIT_FAILED, Failure.GUARD_GROWTH, Failure.GUARD_CAPACITY,
            Failure.GUARD_PERPLEXITY, Failure.GUARD_DRIFT);
    /** An editor that dies too often with an intent in hand says so; crashes alone may do that to innocent facts. */
    private static final String ENDED = "attempts:";

    private Poison() {}

    /** Every innocent change that was rejected as if it were poison, in words. */
    static List<String> findings(ClientFactory clients) {
        KafkaHistory history = new KafkaHistory(clients, Schedule.LINE);
        Set<Position> poison = new HashSet<>();
        for (Intent intent : read(history.intents())) {
            if (intent instanceof Intent.Edit edit) {
                edit.batch().arrivals().stream().filter(Poison::isPoison).map(Arrival::position).forEach(poison::add);
            }
        }
        return read(history.outcomes()).stream()
                .map(settled -> settled.outcome())
                .filter(outcome -> blamed(outcome) && !poison.contains(outcome.position()))
                .map(outcome -> outcome + " (expected: only poison is rejected so)")
                .toList();
    }

    private static boolean isPoison(Arrival arrival) {
        return arrival.change() instanceof Asserted asserted && OBJECTS.contains(asserted.fact().object());
    }

    private static boolean blamed(Outcome outcome) {
        return outcome.fate() instanceof Fate.Rejected rejected
                && CODES.contains(rejected.code())
                && !rejected.message().startsWith(ENDED);
    }

    private static <T> List<T> read(TopicReader<T> reader) {
        try (reader) {
            return reader.catchUp();
        }
    }
}
