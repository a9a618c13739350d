package dev.errata.follower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.delta.PayloadRef;
import dev.errata.delta.PayloadStore;
import dev.errata.delta.Payloads;
import dev.errata.delta.Tag;
import dev.errata.delta.VersionRef;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.TagFeed;
import dev.errata.transformer.CausalLm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a follower serves that is told what to serve, what it reads for it, and what a range of versions says. */
class PinTest {
    private static final Payloads FORGETFUL = new Payloads() {
        @Override
        public void put(PayloadRef ref, byte[] payload) {}

        @Override
        public Optional<byte[]> get(PayloadRef ref) {
            return Optional.empty();
        }
    };

    private static CausalLm model;

    @TempDir
    Path directory;

    private final List<Tag> said = new ArrayList<>();
    private final List<Long> read = new ArrayList<>();
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
    }

    private void follow(String at) {
        served = new ServedVersions(
                FollowedLine.NAME, VersionRef.parse(at), model, line.base, new PayloadStore(directory), this::watched);
        TagFeed tags = new TagFeed() {
            @Override
            public List<Tag> heard() {
                List<Tag> heard = List.copyOf(said);
                said.clear();
                return heard;
            }

            @Override
            public void close() {}
        };
        cycle = new FollowerCycle(line.feed(), Optional.of(tags), served);
        turn();
    }

    private WatchedDeltas watched() {
        return new WatchedDeltas(line.deltas(), read);
    }

    /** As many turns as anything here needs. */
    private void turn() {
        for (int i = 0; i < 12; i++) {
            cycle.turn();
        }
    }

    private void serves(int version, boolean ready) {
        Position position = served.position();
        assertThat(position.served()).isEqualTo(version);
        assertThat(position.digest()).isEqualTo(line.digest(version));
        assertThat(position.ready()).isEqualTo(ready);
        assertThat(served.caughtUp()).isEqualTo(ready);
        assertThat(served.ask(ask(OptionalLong.empty())).digest()).isEqualTo(line.digest(version));
    }

    private static Ask ask(OptionalLong version) {
        return new Ask("The capital of Norway is", version, 2, List.of("Rome", "Oslo"));
    }

    @Test
    void shouldServeANumberWhenTheHeadIsBeyondIt() {
        line.edit().edit().edit().announce();

        follow("2");

        serves(2, true);
        assertThat(read).as("what lies behind it is not needed").containsExactly(1L, 2L);
        assertThat(served.position().head()).hasValue(3);
        line.edit().announce();
        turn();
        serves(2, true);
        assertThat(served.ask(ask(OptionalLong.of(4))).digest()).as("asked for, it is fetched").isEqualTo(line.digest(4));
        assertThat(read).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void shouldServeTheBaseAndNotBeReadyWhenItsNumberIsNotAnnouncedYet() {
        line.edit().announce().edit();

        follow("2");

        serves(0, false);
        assertThat(served.position().wanted()).isEmpty();
        line.announce();
        turn();
        serves(2, true);
    }

    @Test
    void shouldFollowATagWhenItMoves() {
        line.edit().edit().edit().announce();
        follow("stable");
        serves(0, false);

        said.add(line.tag("other", 1));
        said.add(line.tag("stable", 3));
        turn();
        serves(3, true);

        said.add(line.tag("stable", 1));
        turn();
        serves(1, true);

        said.add(line.tag("stable", 0));
        turn();
        serves(0, true);
    }

    @Test
    void shouldHaltWhenATagNamesOtherWeights() {
        line.edit().edit().announce();
        said.add(new Tag("stable", 1, line.digest(2), true));

        assertThatThrownBy(() -> follow("stable"))
                .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.VERSION_CHAIN_BROKEN))
                .hasMessageContaining("tag stable");
    }

    @Test
    void shouldServeWhatWasCommittedByThenWhenItIsGivenATime() {
        line.edit().edit().edit().announce();

        follow(FollowedLine.time(2).plusSeconds(30).toString());
        serves(2, true);

        follow(FollowedLine.time(1).minusSeconds(1).toString());
        serves(0, true);

        follow(FollowedLine.time(9).toString());
        serves(3, true);
        line.edit().announce();
        turn();
        serves(4, true);
    }

    @Test
    void shouldReadNothingFromBeforeTheLastRebaseWhenItStartsLater() {
        line.edit().edit().rebase().edit().announce();

        follow("head");

        serves(4, true);
        assertThat(read).containsExactly(3L, 4L);
        for (long version : new long[] {1, 2, 4, 3, 0}) {
            assertThat(served.ask(ask(OptionalLong.of(version))).digest()).isEqualTo(line.digest((int) version));
        }
        assertThat(read).containsExactly(3L, 4L, 1L, 2L);
    }

    @Test
    void shouldGoOnOverARebaseWhenItIsThereAlready() {
        line.edit().edit().announce();
        follow("head");

        line.rebase().announce();
        turn();
        serves(3, true);
        line.rollback(2).announce();
        turn();
        serves(4, true);
    }

    @Test
    void shouldNotServeAHeldVersionUnlessItIsTheAnnouncedOne() {
        line.edit().hold().edit().announce();
        follow("head");
        serves(2, true);

        line.edit().announce();
        follow("2");
        serves(0, false);
        follow(FollowedLine.time(2).toString());
        serves(1, true);
    }

    /** On the way to a held version, the head leaves it. */
    @Test
    void shouldNotComeToAHeldVersionWhenTheHeadHasLeftIt() {
        line.edit().hold().edit().announce();
        served = new ServedVersions(
                FollowedLine.NAME, VersionRef.parse("2"), model, line.base, new PayloadStore(directory), line::deltas);
        cycle = new FollowerCycle(line.feed(), served);
        cycle.turn();

        line.edit().announce();
        turn();

        serves(0, false);
    }

    /** Nobody asks it to be taken away from those who see it. */
    @Test
    void shouldGoOnServingAHeldVersionAndNotBeReadyWhenTheHeadHasLeftIt() {
        line.edit().hold().edit().announce();
        follow("2");
        serves(2, true);

        line.edit().announce();
        turn();

        serves(2, false);
    }

    @Test
    void shouldServeVersionsOnTheWayWhenItsTimeIsStillToCome() {
        line.edit().edit().edit().announce();

        assertThat(servedInTurn(FollowedLine.time(9).toString())).containsExactly(1L, 2L, 3L);
        assertThat(servedInTurn(FollowedLine.time(3).minusSeconds(1).toString())).containsExactly(0L, 2L, 2L);
    }

    private List<Long> servedInTurn(String at) {
        served = new ServedVersions(
                FollowedLine.NAME, VersionRef.parse(at), model, line.base, new PayloadStore(directory), line::deltas);
        cycle = new FollowerCycle(line.feed(), served);
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            cycle.turn();
            seen.add(served.number());
        }
        return seen;
    }

    /** Turn by turn, so that whatever is served on the way is seen. */
    @Test
    void shouldPassAHeldVersionByWhenItLiesOnTheWay() {
        line.edit().hold().edit().edit().announce();

        assertThat(servedInTurn("head")).containsExactly(1L, 1L, 3L);
    }

    @Test
    void shouldAskARangeAsEachVersionAloneWhenRollbacksAndARebaseAreInIt() {
        line.edit().edit().edit().rollback(1).edit().rebase().edit().rollback(3).announce();
        follow("head");
        List<Answer> alone = LongStream.rangeClosed(1, 8).mapToObj(version -> served.ask(ask(OptionalLong.of(version)))).toList();

        List<Belief> range = new ArrayList<>();
        served.askEach(List.of(ask(OptionalLong.empty())), 1, 8, beliefs -> range.addAll(beliefs));

        assertThat(range).extracting(Belief::answer).isEqualTo(alone);
        assertThat(range.get(4).committedAt()).contains(FollowedLine.time(5));
        assertThatThrownBy(() -> served.askEach(List.of(ask(OptionalLong.empty())), 1, 9, beliefs -> {}))
                .hasMessageContaining("version: 9 (expected: 0 to 8)");
    }

    @Test
    void shouldReadEachDeltaOfARangeOnceWhenNothingIsKept() {
        line.edit().edit().edit().edit().rollback(2).edit().announce();
        served = new ServedVersions(FollowedLine.NAME, VersionRef.parse("base"), model, line.base, FORGETFUL, this::watched);
        cycle = new FollowerCycle(line.feed(), served);
        turn();

        served.askEach(List.of(ask(OptionalLong.empty())), 2, 6, beliefs -> {});

        assertThat(read).as("the rollback goes back to where the range begins").containsExactly(1L, 2L, 3L, 4L, 6L);
    }
}
