package dev.errata.service;

import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.follower.FollowerCycle;
import dev.errata.follower.Position;
import dev.errata.follower.ServedVersions;
import dev.errata.stream.TagFeed;
import dev.errata.history.HistoryIndex;
import dev.errata.stream.kafka.KafkaEditLog;
import dev.errata.stream.kafka.KafkaIntakeLog;
import dev.errata.stream.kafka.KafkaTagFeed;
import dev.errata.stream.kafka.KafkaVersionFeed;
import dev.errata.stream.kafka.TopicSetup;
import dev.errata.worker.AccumulatorCycle;
import dev.errata.worker.EditorCycle;
import dev.errata.worker.IntakeTroubles;
import dev.errata.worker.Role;
import dev.errata.worker.RoleThread;
import dev.errata.worker.Settings;
import dev.errata.worker.Workshop;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * One process of Errata: it makes the topics sure, loads the model once, and runs the roles it was given until it is told to stop.
 *
 * <p>A setting or a model that is wrong ends the start with a coded error. What fails later is a role's own business: it starts again
 * from the log.
 *
 * <h2>Thread safety</h2> Safe.
 */
@ApplicationScoped
public class Station {
    private final Settings settings;
    private final String software;
    private final Meters meters;
    private final Wiring wiring;
    private final Clock clock = Clock.systemUTC();
    private final Map<Role, RoleThread> threads = new ConcurrentHashMap<>();
    private final IntakeTroubles troubles;
    private volatile AccumulatorCycle accumulator;
    private volatile ServedVersions served;
    private volatile Historian historian;
    private LoadedModel model;

    Station(
            Settings settings,
            MeterRegistry registry,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.settings = settings;
        this.software = "errata " + version;
        this.meters = new Meters(registry, clock);
        this.wiring = new Wiring(settings);
        this.troubles = new IntakeTroubles(settings.batch().maxAttempts());
    }

    /** Runs before the messaging channels start, since they need the topics. */
    void start(@Observes @Priority(1) StartupEvent event) {
        wiring.check();
        TopicSetup.ensure(wiring.kafka(), wiring.topics(), wiring.topicSettings());
        if (runs(Role.WORKER) || runs(Role.FOLLOWER)) {
            model = new LoadedModel(settings);
        }
        // What can be wrong with a model is found before the first role runs: a start that fails leaves nothing running.
        Optional<Workshop> workshop = runs(Role.WORKER) ? Optional.of(model.workshop(software, clock, meters)) : Optional.empty();
        served = runs(Role.FOLLOWER) ? model.served() : null;
        if (runs(Role.ACCUMULATOR)) {
            start(Role.ACCUMULATOR, this::openAccumulator);
        }
        workshop.ifPresent(tools -> {
            start(Role.WORKER, () -> openEditor(tools));
            model.hearSharedTargets(meters);
        });
        if (runs(Role.FOLLOWER)) {
            start(Role.FOLLOWER, this::openFollower);
        }
        if (runs(Role.API)) {
            historian = new Historian(wiring, meters);
        }
    }

    private RoleThread.Cycle openAccumulator() {
        return RoleThread.owning(KafkaIntakeLog.open(wiring.kafka(), wiring.line(), wiring.limits(), clock), log -> {
            accumulator = new AccumulatorCycle(log, wiring.rules(), wiring.room(), clock, meters, troubles);
            return accumulator;
        });
    }

    private RoleThread.Cycle openEditor(Workshop workshop) {
        return RoleThread.owning(
                KafkaEditLog.open(wiring.kafka(), wiring.line(), clock), log -> new EditorCycle(log, workshop));
    }

    private RoleThread.Cycle openFollower() {
        return RoleThread.owning(
                new KafkaVersionFeed(wiring.kafka(), wiring.line()), feed -> new FollowerCycle(feed, tagFeed(), served));
    }

    /** Only a follower that is pinned to a tag has to hear of them. */
    private Optional<TagFeed> tagFeed() {
        return wiring.followed() instanceof VersionRef.Tagged
                ? Optional.of(new KafkaTagFeed(wiring.kafka(), wiring.line()))
                : Optional.empty();
    }

    private void start(Role role, RoleThread.Opener opener) {
        threads.put(role, new RoleThread(role.label(), opener, meters).start());
    }

    void stop(@Observes ShutdownEvent event) {
        threads.values().forEach(RoleThread::close);
        if (historian != null) {
            historian.close();
        }
        // Native memory must not go from under an edit that is still at work; the process ends soon anyway.
        if (model != null && threads.values().stream().allMatch(RoleThread::ended)) {
            model.close();
        }
    }

    public Settings settings() {
        return settings;
    }

    /** Whether this process was given a role. */
    public boolean runs(Role role) {
        return settings.roles().contains(role);
    }

    /** What each role that has a thread is doing. */
    public Map<Role, RoleThread.State> states() {
        Map<Role, RoleThread.State> states = new EnumMap<>(Role.class);
        threads.forEach((role, thread) -> states.put(role, thread.state()));
        return states;
    }

    /** Whether every role has caught up with the log and works on. */
    public boolean ready() {
        return threads.values().stream().allMatch(thread -> thread.state() == RoleThread.State.RUNNING)
                && (served == null || served.caughtUp());
    }

    /**
     * The model as this process follows it.
     *
     * @throws ErrataException NOT_READY when it has no follower
     */
    public ServedVersions answers() {
        return follower()
                .orElseThrow(() -> new ErrataException(
                        Failure.NOT_READY, "roles: " + settings.roles() + " (expected: follower among them)"));
    }

    /** Where the follower is, where this process has one. */
    public Optional<Position> position() {
        return follower().map(ServedVersions::position);
    }

    /**
     * The history of the model line.
     *
     * @throws ErrataException NOT_READY when this process has not the role api
     */
    public HistoryIndex history() {
        Historian keeper = historian;
        if (keeper == null) {
            throw new ErrataException(Failure.NOT_READY, "roles: " + settings.roles() + " (expected: api among them)");
        }
        return keeper.index();
    }

    /** The version that is served, where this process follows. */
    public OptionalLong servedVersion() {
        return follower().map(versions -> OptionalLong.of(versions.number())).orElse(OptionalLong.empty());
    }

    /** Facts taken in and not yet sealed, where this process accumulates. */
    public OptionalInt pendingFacts() {
        AccumulatorCycle cycle = accumulator;
        return cycle == null ? OptionalInt.empty() : OptionalInt.of(cycle.pending());
    }

    private Optional<ServedVersions> follower() {
        return Optional.ofNullable(served);
    }
}
