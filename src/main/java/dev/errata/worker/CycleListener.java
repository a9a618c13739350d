package dev.errata.worker;

import dev.errata.batch.Effect;
import dev.errata.batch.Intent;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome;
import dev.errata.failure.ErrataException;
import dev.errata.memit.EditResult;
import dev.errata.stream.Decision;
import dev.errata.stream.Operation.Result.Declined;
import dev.errata.stream.Received;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Hears what the two cycles did, after it was committed; for metrics and logs only. Nothing it does may change what happens. */
public interface CycleListener {
    CycleListener NONE = new CycleListener() {};

    /** One transaction of the accumulator. */
    default void accumulated(List<Received> received, List<Effect> effects, int pending) {}

    /**
     * How intake stands after a turn, several times a second.
     *
     * @param lag fact changes in Kafka that were not read yet, as far as the broker has told
     * @param oldest when the oldest pending change was taken in; none where nothing is pending
     */
    default void intake(long lag, Optional<Instant> oldest) {}

    /** The editor has recovered from the log: the line stands at this version. */
    default void recovered(long version) {}

    /** The snapshot of a version could not be written, or is not what it should be; recovery takes longer. */
    default void snapshotLost(long version, ErrataException reason) {}

    /**
     * The editor took an intent up.
     *
     * @param waiting intents behind it, an estimate from above
     * @param attempt 2 or more where it was in hand before when the editor failed or its process ended
     */
    default void started(Intent intent, long waiting, int attempt) {}

    /** An edit goes on: {@code done} of {@code of} in this phase. Every few seconds at most. */
    default void progress(String phase, int done, int of) {}

    /** An edit was computed: how many targets were kept from earlier, and how many were searched. */
    default void targets(EditResult.TargetCount count) {}

    /** A batch failed as a whole; so many edits it took to find the changes that it failed for, and so many are rejected. */
    default void bisected(Intent intent, int edits, int rejected) {}

    /** A candidate is near a guard. */
    default void warned(Guards.Warning warning) {}

    /** What a version was measured to be, before {@link #committed}. */
    default void evaluated(Evaluation evaluation) {}

    /** A version was committed, and announced unless it is held. */
    default void committed(Version version, List<Outcome> outcomes) {}

    /** A version was committed and waits for an operator; told before {@link #committed}, and again whenever the editor recovers. */
    default void held(Version version) {}

    /** An operator has released or rejected a held version, and that was done. */
    default void decided(Version version, Decision decision) {}

    /** A batch ended without a version. */
    default void declined(Intent intent, List<Outcome> outcomes) {}

    /** An operator's request ended without a version. */
    default void declined(Intent intent, Declined why) {}
}
