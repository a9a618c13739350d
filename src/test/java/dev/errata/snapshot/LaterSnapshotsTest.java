package dev.errata.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.errata.delta.EditedTensor;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Provenance;
import dev.errata.delta.Snapshots;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.VersionChain;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaterSnapshotsTest {
    private static final VersionChain LOG = new VersionChain("m", Map.of("a.weight", "0"));

    private final CountDownLatch go = new CountDownLatch(1);
    private final List<Long> put = new CopyOnWriteArrayList<>();
    private final List<Failure> lost = new CopyOnWriteArrayList<>();
    private RuntimeException failure;

    /** A store that answers when it is let go. */
    private final LaterSnapshots later = new LaterSnapshots(
            new Snapshots() {
                @Override
                public boolean put(Version version, Map<String, EditedTensor> weights, VersionChain log) {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    if (failure != null) {
                        throw failure;
                    }
                    return put.add(version.number());
                }

                @Override
                public List<Version> among(List<Version> path) {
                    return path;
                }

                @Override
                public Optional<SortedMap<String, EditedTensor>> get(Version version, Map<String, EditedTensor> base) {
                    return Optional.of(new TreeMap<>());
                }
            },
            (version, reason) -> lost.add(reason.failure()));

    @AfterEach
    void close() {
        later.close();
    }

    private static Version version(long number) {
        PayloadRef none = new PayloadRef(0, "", List.of());
        return new Version(
                "m", number, "i", new Edited(List.of(), List.of(), List.of(), none, none), "p", "d",
                List.of(new TensorState("a.weight", "0", "1")), Instant.EPOCH,
                new Provenance("base", new TreeMap<>(), "errata", new TreeMap<>()));
    }

    @Test
    void shouldGoOnAtOnceAndTakeNoOtherWhileTheStoreIsBusy() {
        assertThat(later.put(version(1), Map.of(), LOG)).isTrue();
        assertThat(later.put(version(2), Map.of(), LOG)).isFalse();
        assertThat(put).isEmpty();

        go.countDown();

        await().until(() -> put.equals(List.of(1L)) && later.put(version(3), Map.of(), LOG));
        await().until(() -> put.equals(List.of(1L, 3L)));
        assertThat(lost).isEmpty();
    }

    @Test
    void shouldSayWhatWasLostWhenTheStoreFails() {
        failure = new ErrataException(Failure.SNAPSHOTS_UNREACHABLE, "gone");
        go.countDown();
        later.put(version(1), Map.of(), LOG);
        await().until(() -> lost.equals(List.of(Failure.SNAPSHOTS_UNREACHABLE)));

        failure = new IllegalStateException("a bug");
        await().until(() -> later.put(version(2), Map.of(), LOG));

        await().until(() -> lost.equals(List.of(Failure.SNAPSHOTS_UNREACHABLE, Failure.INTERNAL)));
    }

    @Test
    void shouldReadThroughItWhileTheStoreIsBusy() {
        later.put(version(1), Map.of(), LOG);

        assertThat(later.get(version(1), Map.of())).isPresent();
        assertThat(later.among(List.of(version(1)))).containsExactly(version(1));
    }
}
