package dev.errata.service;

import dev.errata.batch.AccumulatorRules;
import dev.errata.batch.ConflictRule;
import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.memit.EditorSettings;
import dev.errata.memit.EditorSettings.Anchor;
import dev.errata.snapshot.BucketAddress;
import dev.errata.stream.FactLimits;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Topic;
import dev.errata.stream.TopicSettings;
import dev.errata.stream.Topics;
import dev.errata.worker.Gate;
import dev.errata.worker.Guards;
import dev.errata.worker.Patience;
import dev.errata.worker.Room;
import dev.errata.worker.Settings;
import dev.errata.worker.SnapshotRule;
import java.nio.file.Path;
import java.util.Optional;

/** Settings in the words of the rooms that use them; a value that cannot be is {@code SETTING_INVALID} here, before anything starts. */
public record Wiring(Settings settings) {
    /** What a chunk's topic takes with the broker's defaults, less its headers. */
    private static final int CHUNK_MAX = 768 * 1024;

    /**
     * Refuses values that cannot be, for all roles: a role would find them one by one, and fail with the same one again and again.
     *
     * @throws ErrataException SETTING_INVALID
     */
    void check() {
        require("errata.topics.partitions", settings.topics().partitions(), 1, Integer.MAX_VALUE);
        line();
        topicSettings();
        rules();
        editor();
        guards();
        gate();
        patience();
        followed();
        limits().requireRoomFor(settings.batch().maxFacts());
        // Otherwise a batch never gets full, and intake is paused until it is aged.
        require("errata.batch.max-pending", settings.batch().maxPending(), settings.batch().maxFacts(), Integer.MAX_VALUE);
        require("errata.batch.max-pending-chars", settings.batch().maxPendingChars(), Topic.LARGE_BYTES, Long.MAX_VALUE);
        require("errata.targets.kept-bytes", settings.targets().keptBytes(), 0, Long.MAX_VALUE);
        require("errata.covariance.max-tokens", settings.covariance().maxTokens().orElse(0), 0, Long.MAX_VALUE);
        require("errata.evaluation.tokens", settings.evaluation().tokens(), 1, Integer.MAX_VALUE);
        require("errata.evaluation.retention", settings.evaluation().retention(), 0, Integer.MAX_VALUE);
        require("errata.history.versions", settings.history().versions(), 1, Integer.MAX_VALUE);
        require("errata.history.outcomes", settings.history().outcomes(), 1, Integer.MAX_VALUE);
        require("errata.snapshots.versions", settings.snapshots().versions(), 1, Integer.MAX_VALUE);
        require("errata.snapshots.max-replay", settings.snapshots().maxReplay().toMillis(), 1, Long.MAX_VALUE);
        snapshotBucket();
        checkLimits(settings.limits());
    }

    private static void checkLimits(Settings.Limits limits) {
        require("errata.limits.subject-chars", limits.subjectChars(), 1, Integer.MAX_VALUE);
        require("errata.limits.prompt-chars", limits.promptChars(), 1, Integer.MAX_VALUE);
        require("errata.limits.object-chars", limits.objectChars(), 1, Integer.MAX_VALUE);
        require("errata.limits.probes", limits.probes(), 0, Integer.MAX_VALUE);
        require("errata.limits.probe-chars", limits.probeChars(), 1, Integer.MAX_VALUE);
        require("errata.limits.record-bytes", limits.recordBytes(), 1, Integer.MAX_VALUE);
        require("errata.limits.request-facts", limits.requestFacts(), 1, Integer.MAX_VALUE);
        require("errata.limits.ask-tokens", limits.askTokens(), 1, Integer.MAX_VALUE);
        require("errata.limits.ask-versions", limits.askVersions(), 1, Integer.MAX_VALUE);
        require("errata.limits.ask-objects", limits.askObjects(), 1, Integer.MAX_VALUE);
        require("errata.limits.chunk-bytes", limits.chunkBytes(), 1, CHUNK_MAX);
    }

    private static void require(String name, long value, long min, long max) {
        if (value < min || value > max) {
            String expected = max >= Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
            throw new ErrataException(Failure.SETTING_INVALID, name + ": " + value + " (expected: " + expected + ")");
        }
    }

    public KafkaSettings kafka() {
        return new KafkaSettings(settings.kafka().bootstrapServers(), settings.kafka().client());
    }

    public Topics topics() {
        return new Topics(settings.topics().prefix());
    }

    public TopicSettings topicSettings() {
        return new TopicSettings(settings.topics().create(), settings.topics().partitions(), settings.topics().replication());
    }

    public ModelLine line() {
        return new ModelLine(topics(), settings.lineName());
    }

    /** What a follower is to serve. */
    public VersionRef followed() {
        try {
            return VersionRef.parse(settings.follower().at());
        } catch (ErrataException e) {
            throw new ErrataException(Failure.SETTING_INVALID, "errata.follower.at: " + e.getMessage(), e);
        }
    }

    public FactLimits limits() {
        Settings.Limits limits = settings.limits();
        return new FactLimits(
                limits.subjectChars(),
                limits.promptChars(),
                limits.objectChars(),
                limits.probes(),
                limits.probeChars(),
                limits.recordBytes());
    }

    public AccumulatorRules rules() {
        ConflictRule conflict = settings.conflict() == Settings.Conflict.REJECT ? ConflictRule.REJECT : ConflictRule.LATER;
        return new AccumulatorRules(
                settings.batch().maxFacts(),
                settings.batch().maxAge(),
                conflict,
                settings.intake().remembered(),
                settings.intake().rememberedOfKey());
    }

    public Room room() {
        return new Room(settings.batch().maxPending(), settings.batch().maxPendingChars());
    }

    public EditorSettings editor() {
        Anchor anchor = settings.targets().anchor() == Settings.Anchor.CURRENT ? Anchor.CURRENT : Anchor.BASE;
        return new EditorSettings(settings.targets().maxNll(), settings.targets().memoryBytes(), anchor);
    }

    SnapshotRule snapshotRule() {
        return new SnapshotRule(settings.snapshots().versions(), settings.snapshots().maxReplay());
    }

    /** Where snapshots are kept when they are kept in no directory. */
    Optional<BucketAddress> snapshotBucket() {
        Settings.Snapshots snapshots = settings.snapshots();
        try {
            return snapshots.store().filter(BucketAddress::isOne)
                    .map(store -> BucketAddress.of(store, settings.lineName(), snapshots.region(), snapshots.endpoint()));
        } catch (IllegalArgumentException e) {
            throw new ErrataException(Failure.SETTING_INVALID, "errata.snapshots.store: " + e.getMessage(), e);
        }
    }

    /** Where they are kept otherwise. */
    Path snapshotDirectory() {
        return settings.snapshots().store().map(Path::of).orElseGet(() -> settings.modelState().resolve("snapshots"))
                .resolve(settings.lineName());
    }

    Patience patience() {
        return new Patience(settings.batch().maxEdits(), settings.batch().maxAttempts());
    }

    Gate gate() {
        Settings.Gate gate = settings.gate();
        return new Gate(gate.minEfficacy(), gate.minParaphrase(), gate.minNeighborhood(), gate.minRetention(), gate.maxRebaseLoss());
    }

    Guards guards() {
        Settings.Guards guards = settings.guards();
        return new Guards(
                guards.maxPerplexityRatio(),
                guards.maxDrift(),
                guards.maxChangeRatio(),
                guards.minLeverage(),
                guards.minEigenvalue(),
                guards.warnAt());
    }
}
