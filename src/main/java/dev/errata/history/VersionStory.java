package dev.errata.history;

import static java.util.Objects.requireNonNull;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.stream.Operation;
import java.util.List;
import java.util.Optional;

/**
 * A version with what it did to each fact.
 *
 * @param record as it is in the log
 * @param written facts that it wrote, in the order of the batch
 * @param removed facts that it took out and wrote nothing instead of
 * @param returned facts that a rollback made live again
 * @param totals how many were taken out and came back; the lists hold {@link HistoryIndex#LISTED} of each at most
 * @param announced whether followers were told to serve it, or a later one and it is not held
 * @param tags that name it
 * @param operations of the audit that it came of, or that are about it: release, reject, tag
 */
public record VersionStory(
        Version record,
        Optional<Evaluation> evaluation,
        List<Written> written,
        List<Removed> removed,
        List<FactLine> returned,
        Totals totals,
        boolean announced,
        List<String> tags,
        List<Operation> operations) {
    public VersionStory {
        requireNonNull(record, "record");
        requireNonNull(evaluation, "evaluation");
        written = List.copyOf(written);
        removed = List.copyOf(removed);
        returned = List.copyOf(returned);
        tags = List.copyOf(tags);
        requireNonNull(totals, "totals");
        operations = List.copyOf(operations);
    }

    /**
     * A fact that was written.
     *
     * @param replaced what was live under its key; {@link LiveFact#previousObject} is what its source says was true before
     */
    public record Written(LiveFact fact, Optional<FactLine> replaced) {}

    /** How many facts there are in either list as a whole. */
    public record Totals(long removed, long returned) {}

    /** A fact that was taken out. */
    public record Removed(FactLine fact, Ending ending) {}
}
