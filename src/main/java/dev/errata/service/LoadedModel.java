package dev.errata.service;

import dev.errata.delta.Digest;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.SnapshotSearch;
import dev.errata.delta.SnapshotStore;
import dev.errata.delta.Snapshots;
import dev.errata.evaluation.Evaluator;
import dev.errata.evaluation.FixedText;
import dev.errata.follower.ServedVersions;
import dev.errata.memit.Contexts;
import dev.errata.memit.Covariance;
import dev.errata.memit.EditedTensors;
import dev.errata.memit.Editor;
import dev.errata.memit.HyperParameters;
import dev.errata.memit.Priors;
import dev.errata.memit.TargetDirectory;
import dev.errata.memit.TargetStore;
import dev.errata.snapshot.BucketAddress;
import dev.errata.snapshot.LaterSnapshots;
import dev.errata.snapshot.SnapshotBucket;
import dev.errata.stream.kafka.KafkaDeltaFeed;
import dev.errata.stream.kafka.KafkaTargets;
import dev.errata.transformer.CausalLm;
import dev.errata.worker.CycleListener;
import dev.errata.worker.Disk;
import dev.errata.worker.ModelGauge;
import dev.errata.worker.RoleThread;
import dev.errata.worker.Settings;
import dev.errata.worker.SharedTargets;
import dev.errata.worker.TargetCycle;
import dev.errata.worker.VersionMaker;
import dev.errata.worker.Workshop;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The model of this process, loaded once, and what roles need to work with it. The frozen weights are shared; each role has edited
 * tensors of its own.
 *
 * <h2>Thread safety</h2> Made and closed by one thread.
 */
final class LoadedModel implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LoadedModel.class);

    private final Settings settings;
    private final Wiring wiring;
    private final ModelFiles files;
    private final HyperParameters parameters;
    private final CausalLm model;
    private TargetDirectory targets;
    private KafkaTargets sharing;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Loads the model; anything wrong with it is a coded error. */
    LoadedModel(Settings settings) {
        this.settings = settings;
        this.wiring = new Wiring(settings);
        this.files = new ModelFiles(settings);
        this.parameters = files.hyperParameters();
        long start = System.nanoTime();
        this.model = CausalLm.load(settings.modelDirectory(), settings.device());
        parameters.requireWithin(model.config().blocks());
        LOG.infof(
                "model %s: %s, %d blocks, digest %.12s, loaded in %.1f s",
                settings.modelName(),
                model.config().architecture(),
                model.config().blocks(),
                model.digest(),
                (System.nanoTime() - start) / 1e9);
    }

    /** What the editor works with: inverts the covariance, computing it first where there is none. */
    Workshop workshop(String software, Clock clock, CycleListener listener) {
        Contexts contexts = files.contexts(model);
        Covariance covariance = files.covariance(model, parameters);
        Priors priors = files.priors(model, parameters, covariance);
        Editor editor = new Editor(model, parameters, contexts, priors, wiring.editor(), keptTargets(clock));
        parts.push(editor);
        Map<String, String> inputs = Map.of(
                "hyperParameters", files.hyperParametersDigest(),
                "contexts", Digest.sha256(contexts.json().getBytes(StandardCharsets.UTF_8)),
                "covariance", covariance.digest());
        return new Workshop(
                settings.lineName(),
                editor,
                new ModelGauge(model, new Evaluator(
                        model,
                        files.evaluationText().map(text -> FixedText.read(model, text, settings.evaluation().tokens())),
                        settings.evaluation().retention())),
                new VersionMaker(settings.lineName(), model.digest(), inputs, software),
                Disk.of(payloads("worker"), snapshots(listener), wiring.snapshotRule()),
                wiring.guards(),
                wiring.gate(),
                wiring.patience(),
                settings.limits().chunkBytes(),
                clock,
                listener);
    }

    /** What a follower answers from. */
    ServedVersions served() {
        SnapshotSearch search = new SnapshotSearch(snapshots(), (version, reason) -> LOG.warnf(
                "no snapshot of version %d, so following takes longer: %s", version.number(), reason.getMessage()));
        ServedVersions served = new ServedVersions(
                settings.lineName(),
                wiring.followed(),
                model,
                EditedTensors.base(model, parameters.layers()),
                search,
                payloads("follower"),
                () -> new KafkaDeltaFeed(wiring.kafka(), wiring.line()));
        parts.push(served);
        return served;
    }

    /** Their keys name the model, so one directory serves all lines. */
    private TargetStore keptTargets(Clock clock) {
        long bytes = settings.targets().keptBytes();
        if (bytes == 0) {
            return TargetStore.NONE;
        }
        targets = new TargetDirectory(settings.state().dir().resolve("targets"), bytes, clock);
        if (!settings.targets().shared()) {
            return targets;
        }
        sharing = new KafkaTargets(wiring.kafka(), wiring.line(), clock);
        parts.push(sharing);
        return new SharedTargets(targets, sharing::offer);
    }

    /** From now on what other workers have found is taken in; nothing where targets are not shared. */
    void hearSharedTargets(RoleThread.Listener listener) {
        if (sharing != null) {
            parts.push(new RoleThread("targets", () -> new TargetCycle(sharing.feed(), targets), listener).start());
        }
    }

    /** For a worker, whose edits wait for no network. */
    private Snapshots snapshots(CycleListener listener) {
        if (wiring.snapshotBucket().isEmpty()) {
            return snapshots();
        }
        LaterSnapshots later = new LaterSnapshots(snapshots(), listener::snapshotLost);
        parts.push(later);
        return later;
    }

    private SnapshotStore snapshots() {
        Optional<BucketAddress> address = wiring.snapshotBucket();
        if (address.isEmpty()) {
            return new SnapshotStore(wiring.snapshotDirectory());
        }
        SnapshotBucket bucket = new SnapshotBucket(address.get());
        parts.push(bucket);
        return new SnapshotStore(bucket);
    }

    private PayloadStore payloads(String role) {
        return new PayloadStore(settings.modelState().resolve(role));
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warnf(e, "a part of the model did not close");
            }
        }
        model.close();
    }
}
