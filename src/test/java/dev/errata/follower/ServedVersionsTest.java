package dev.errata.follower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.PayloadStore;
import dev.errata.delta.SnapshotSearch;
import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedVersionsTest {
    private static final OptionalLong SERVED = OptionalLong.empty();

    private static CausalLm model;

    @TempDir
    Path directory;

    private FollowedLine line;
    private ServedVersions served;
    private FollowerCycle cycle;

    @BeforeAll
    static void load() {
        model = FollowedLine.model();
    }

    @AfterAll
    static void unload() {
        model.close();
    }

    @BeforeEach
    void begin() {
        line = new FollowedLine(model, 7);
        served = new ServedVersions(FollowedLine.NAME, model, line.base, new PayloadStore(directory), () -> line.deltas());
        cycle = new FollowerCycle(line.feed(), served);
    }

    private Answer ask(OptionalLong version) {
        return served.ask(new Ask("The capital of Norway is", version, 2, List.of("Rome", "Oslo")));
    }

    private Answer ask(long version) {
        return ask(OptionalLong.of(version));
    }

    /** Turns until the announced version is served. */
    private void follow(FollowerCycle following) {
        do {
            following.turn();
        } while (!served.caughtUp());
    }

    @Test
    void shouldServeTheBaseModelWhenNothingWasCommitted() {
        assertThat(served.number()).isZero();
        assertThat(served.caughtUp()).as("nothing is announced").isFalse();
        assertThat(ask(SERVED)).isEqualTo(ask(0));
        assertThat(ask(SERVED).digest()).isEqualTo(line.digest(0));
        assertThat(served.digests(0)).isEqualTo(line.digests(0));

        line.announce();
        cycle.turn();

        assertThat(served.caughtUp()).isTrue();
    }

    @Test
    void shouldHaveTheWeightsOfEachVersionWhenItFollowsEditsAndRollbacks() {
        line.edit().edit().rollback(1).edit().rollback(0).rollback(4).announce();

        follow(cycle);

        assertThat(served.number()).isEqualTo(6);
        for (int version = 0; version <= 6; version++) {
            assertThat(served.digests(version)).as("version %d", version).isEqualTo(line.digests(version));
            assertThat(ask(version).digest()).isEqualTo(line.digest(version));
        }
        assertThat(line.digest(3)).isEqualTo(line.digest(1));
        assertThat(ask(SERVED).digest()).isEqualTo(line.digest(4));
    }

    @Test
    void shouldAnswerFromAnOldVersionExactlyAsItDidWhenThatWasServed() {
        List<Answer> then = new ArrayList<>();
        for (int version = 0; version < 7; version++) {
            then.add(ask(SERVED));
            line.edit().announce();
            follow(cycle);
        }

        for (int version = 6; version >= 0; version--) {
            assertThat(ask(version)).isEqualTo(then.get(version));
        }
        assertThat(then).extracting(Answer::choices).doesNotHaveDuplicates();
        assertThat(ask(6)).as("from a replay again, since four are kept").isEqualTo(then.get(6));
    }

    @Test
    void shouldNotKnowAVersionWhenItHasNotComeByIt() {
        line.edit().announce();
        follow(cycle);
        line.edit();

        unknown(2);
        unknown(-1);
        assertThat(ask(1).version()).isEqualTo(1);
    }

    private void unknown(long version) {
        assertThatThrownBy(() -> ask(version))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.VERSION_UNKNOWN))
                .hasMessageContaining("version: " + version)
                .hasMessageContaining("0 to 1");
    }

    @Test
    void shouldNotBeCaughtUpWhenANewerVersionIsAnnounced() {
        line.edit().edit().announce();

        cycle.turn();
        assertThat(served.number()).isEqualTo(1);
        assertThat(served.caughtUp()).isFalse();

        cycle.turn();
        assertThat(served.caughtUp()).isTrue();
    }

    @Test
    void shouldNotServeAVersionBeforeItIsAnnounced() {
        line.edit().announce();
        follow(cycle);
        line.edit();

        cycle.turn();

        assertThat(served.number()).isEqualTo(1);
    }

    @Test
    void shouldGoOnServingTheNewestWhenItFollowsFromTheBeginningAgain() {
        line.edit().edit().edit().announce();
        follow(cycle);
        Answer newest = ask(SERVED);
        cycle.close();

        FollowerCycle again = new FollowerCycle(line.feed(), served);

        assertThat(served.caughtUp()).isFalse();
        for (int version = 1; version <= 3; version++) {
            assertThat(ask(SERVED)).as("readers are not taken back").isEqualTo(newest);
            again.turn();
        }
        assertThat(served.caughtUp()).isTrue();
        line.edit().announce();
        follow(again);
        assertThat(ask(SERVED).digest()).isEqualTo(line.digest(4));
    }

    @Test
    void shouldServeTheLastGoodVersionWhenTheFeedBreaks() {
        line.edit().announce();
        follow(cycle);
        line.edit().announce();
        line.damage(Optional.of(2L));

        assertThatThrownBy(cycle::turn).isInstanceOfSatisfying(
                ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.CHUNK_INVALID));

        assertThat(ask(SERVED).digest()).isEqualTo(line.digest(1));
        line.damage(Optional.empty());
        follow(new FollowerCycle(line.feed(), served));
        assertThat(ask(SERVED).digest()).isEqualTo(line.digest(2));
    }

    /** The log was thrown away and begun anew while this process ran. */
    @Test
    void shouldServeTheNewLogWhenItIsAnotherOne() {
        line.edit().edit().edit().announce();
        follow(cycle);
        ask(1);
        String old = line.digest(1);
        line = new FollowedLine(model, 8);
        line.edit().edit().announce();

        FollowerCycle other = new FollowerCycle(line.feed(), served);
        other.turn();
        assertThat(served.caughtUp()).isFalse();
        other.turn();

        assertThat(served.caughtUp()).isTrue();
        assertThat(ask(SERVED).digest()).isEqualTo(line.digest(2));
        assertThat(ask(1).digest()).isEqualTo(line.digest(1)).isNotEqualTo(old);
    }

    /** A log with nothing but the base: what was served of the old one must go. */
    @Test
    void shouldServeTheBaseWhenTheNewLogHasNothingElse() {
        line.edit().announce();
        follow(cycle);
        line = new FollowedLine(model, 8).announce();

        FollowerCycle other = new FollowerCycle(line.feed(), served);
        other.turn();

        assertThat(served.caughtUp()).isTrue();
        assertThat(ask(SERVED).digest()).isEqualTo(line.digest(0));
    }

    /** Then no delta is applied. */
    @Test
    void shouldServeTheAnnouncedVersionWhenThereIsASnapshotOfIt() {
        for (int version = 1; version <= 16; version++) {
            line.edit();
        }
        line.announce();
        SnapshotSearch search = new SnapshotSearch(line.snapshotOf(16), (version, reason) -> {});
        served = new ServedVersions(
                FollowedLine.NAME, new VersionRef.Announced(), model, line.base, search, new PayloadStore(directory), line::deltas);

        new FollowerCycle(line.feed(), served).turn();

        assertThat(served.caughtUp()).isTrue();
        assertThat(ask(SERVED).digest()).isEqualTo(line.digest(16));
    }

    @Test
    void shouldRefuseAQuestionWhenItHasNoTextOrAsksForTooMuch() {
        refused(new Ask("", SERVED, 1, List.of()), Failure.REQUEST_INVALID);
        refused(new Ask("a", SERVED, -1, List.of()), Failure.REQUEST_INVALID);
        refused(new Ask("a", SERVED, 257, List.of()), Failure.REQUEST_INVALID);
        refused(new Ask("a ".repeat(300), SERVED, 1, List.of()), Failure.FACT_TOO_MANY_TOKENS);
        refused(new Ask("a ".repeat(300), SERVED, 0, List.of("b")), Failure.FACT_TOO_MANY_TOKENS);
    }

    private void refused(Ask ask, Failure failure) {
        assertThatThrownBy(() -> served.ask(ask))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(failure));
    }
}
