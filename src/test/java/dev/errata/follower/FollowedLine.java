package dev.errata.follower;

import dev.errata.batch.Intent;
import dev.errata.delta.CanonicalApply;
import dev.errata.delta.Chunks;
import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.Digest;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.LiveFact;
import dev.errata.delta.LowRank;
import dev.errata.delta.TensorChange;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Provenance;
import dev.errata.delta.Snapshots;
import dev.errata.delta.Tag;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.VersionChain;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.Failure;
import dev.errata.memit.EditedTensors;
import dev.errata.stream.Commit;
import dev.errata.stream.DeltaFeed;
import dev.errata.stream.EditLog;
import dev.errata.stream.Head;
import dev.errata.stream.VersionFeed;
import dev.errata.stream.memory.MemoryLine;
import dev.errata.transformer.CausalLm;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A line of versions of the oracle's tiny model in a log in memory, and what is true of each. Its edits are random, but large enough to
 * change answers.
 */
final class FollowedLine {
    static final String NAME = "tiny";
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Integer> BLOCKS = List.of(0, 1);
    private static final int RANK = 2;
    private static final int CHUNK = 3000;
    private static final byte[] PAIRS = {1};
    private static final byte[] NONE = {};

    final SortedMap<String, EditedTensor> base;
    private final MemoryLine line = new MemoryLine(NAME, 1, Clock.fixed(TIME, ZoneOffset.UTC));
    private final EditLog log = line.editLog();
    private final List<SortedMap<String, EditedTensor>> weights = new ArrayList<>();
    private final Random random;
    private Optional<Version.Held> held = Optional.empty();

    FollowedLine(CausalLm model, long seed) {
        random = new Random(seed);
        base = EditedTensors.base(model, BLOCKS);
        weights.add(base);
        log.replay((version, delta, pairs) -> {});
    }

    static CausalLm model() {
        try {
            return CausalLm.load(Path.of(FollowedLine.class.getResource("/oracle/gptj/model").toURI()), "cpu");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Commits a version; {@link #announce} makes followers read it. */
    FollowedLine edit() {
        SortedMap<String, EditedTensor> after = new TreeMap<>();
        byte[] delta = DeltaCodec.encode(change(newest(), after));
        Fact fact = new Fact("s" + weights.size(), new Relation("P1", "{} is"), "o");
        LiveFact written = new LiveFact(new EventId("test", fact.subject()), fact, Revision.at(TIME), Optional.empty(), Probes.NONE);
        commit(new Edited(List.of(written), List.of(), List.of(), ref(delta), ref(PAIRS)), newest(), after, delta, PAIRS);
        return this;
    }

    private Delta change(SortedMap<String, EditedTensor> before, SortedMap<String, EditedTensor> after) {
        List<TensorChange> factors = new ArrayList<>();
        before.forEach((name, tensor) -> {
            LowRank change = new LowRank(name, tensor.out(), tensor.in(), RANK, floats(tensor.out() * RANK), floats(RANK * tensor.in()));
            factors.add(change);
            after.put(name, CanonicalApply.apply(tensor, change));
        });
        return new Delta(factors);
    }

    FollowedLine rollback(int to) {
        commit(new RolledBack(to, "test"), newest(), weights.get(to), NONE, NONE);
        return this;
    }

    /** Makes all that went before needless: the weights of an edit from the base. */
    FollowedLine rebase() {
        SortedMap<String, EditedTensor> after = new TreeMap<>();
        byte[] delta = DeltaCodec.encode(change(base, after));
        commit(new Rebased("test", digest(weights.size() - 1), ref(delta), ref(PAIRS)), base, after, delta, PAIRS);
        return this;
    }

    /** The next version is committed, but held. */
    FollowedLine hold() {
        held = Optional.of(new Version.Held(Failure.GATE_SCORE, "test"));
        return this;
    }

    Tag tag(String name, int number) {
        return new Tag(name, number, digest(number), true);
    }

    FollowedLine announce() {
        log.announce(head());
        return this;
    }

    /** What announces the newest version. */
    Head head() {
        int number = weights.size() - 1;
        return new Head(NAME, number, digest(number), TIME);
    }

    private void commit(
            Version.Change change,
            SortedMap<String, EditedTensor> before,
            SortedMap<String, EditedTensor> after,
            byte[] delta,
            byte[] pairs) {
        int number = weights.size();
        String intent = "intent-" + number;
        line.submit(new Intent.Rollback(intent, 0, "", TIME));
        log.next(Duration.ZERO);
        List<TensorState> states = new ArrayList<>();
        after.forEach((name, tensor) -> states.add(new TensorState(name, before.get(name).digest(), tensor.digest())));
        String parent = change instanceof Rebased ? digest(0) : digest(number - 1);
        weights.add(after);
        Provenance provenance = new Provenance("base", new TreeMap<>(), "test", new TreeMap<>());
        Version version = new Version(NAME, number, intent, change, parent, digest(number), states, time(number), provenance);
        Version committed = version.heldFor(held);
        held = Optional.empty();
        log.commit(new Commit(Optional.of(committed), delta, pairs, Optional.empty(), List.of(), List.of(), Optional.empty()));
    }

    /** When a version is committed: a minute after the one before. */
    static Instant time(int number) {
        return TIME.plus(Duration.ofMinutes(number));
    }

    private SortedMap<String, EditedTensor> newest() {
        return weights.get(weights.size() - 1);
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * 0.3f;
        }
        return values;
    }

    private static PayloadRef ref(byte[] payload) {
        return Chunks.ref(payload, Chunks.split(payload, CHUNK));
    }

    /** The true digests of a version's tensors. */
    SortedMap<String, String> digests(int version) {
        SortedMap<String, String> digests = new TreeMap<>();
        weights.get(version).forEach((name, tensor) -> digests.put(name, tensor.digest()));
        return digests;
    }

    /** The true digest of a version. */
    String digest(int version) {
        return Digest.version(digests(version));
    }

    Version version(int number) {
        return line.versions().get(number - 1);
    }

    /** A store with a snapshot of this version alone. */
    Snapshots snapshotOf(int number) {
        return new Snapshots() {
            @Override
            public boolean put(Version version, Map<String, EditedTensor> ignored, VersionChain log) {
                return false;
            }

            @Override
            public List<Version> among(List<Version> path) {
                return path.stream().filter(version -> version.number() == number).toList();
            }

            @Override
            public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> like) {
                return Optional.of(weights.get((int) version.number()));
            }
        };
    }

    VersionFeed feed() {
        return line.feed();
    }

    DeltaFeed deltas() {
        return line.deltas();
    }

    /** From now on the delta of this version cannot be read; none where empty. */
    void damage(Optional<Long> version) {
        line.damage(version);
    }
}
