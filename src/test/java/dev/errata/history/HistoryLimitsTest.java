package dev.errata.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.LiveFact;
import dev.errata.delta.VersionRef;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Revision;
import dev.errata.stream.Examples;
import dev.errata.stream.Operation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times far away, lists that are long, and what a version has to do with somebody only through the audit or an outcome. */
class HistoryLimitsTest {
    @TempDir
    private Path directory;

    private final MadeLog log = new MadeLog();
    private HistoryIndex index;

    @BeforeEach
    void open() {
        index = new HistoryIndex(directory, log.portions(1000), MadeLog.LINE.model());
    }

    @AfterEach
    void close() {
        index.close();
    }

    private void asking(Runnable questions) {
        try (HistoryFeed feed = index.feed()) {
            while (!feed.caughtUp()) {
                feed.turn();
            }
            questions.run();
        }
    }

    private LiveFact said(String subject, String object, Instant time) {
        LiveFact fact = log.fact(subject, object);
        return new LiveFact(fact.event(), fact.fact(), Revision.at(time), Optional.empty(), fact.probes());
    }

    private List<Long> versions(Optional<String> source, Optional<Instant> from, Optional<Instant> to) {
        LogFilter filter = new LogFilter(
                Optional.empty(), Optional.empty(), source, from, to, Set.of(Status.EDITED, Status.ROLLED_BACK), 50, Optional.empty());
        return index.log(filter).lines().stream().map(line -> ((LogPage.Made) line).version()).toList();
    }

    @Test
    void shouldTakeInAFactWhenItsTimeIsFarAway() {
        Instant late = Instant.parse("9999-12-31T00:00:00.000001Z");
        Instant early = Instant.parse("0001-01-01T00:00:00.000001999Z");
        log.edit(List.of(said("late", "1", late), said("early", "1", early)), List.of());

        asking(() -> {
            assertThat(index.why("late", Optional.empty()).keys().get(0).claims().get(0).saidAt()).isEqualTo(late);
            assertThat(index.why("early", Optional.empty()).keys().get(0).claims().get(0).saidAt())
                    .isEqualTo(Instant.parse("0001-01-01T00:00:00.000001Z"));
        });
    }

    @Test
    void shouldAnswerWhenTheTimeThatIsAskedForIsFarAway() {
        log.edit(List.of(log.fact("a", "1")), List.of());

        asking(() -> {
            assertThat(index.resolve(VersionRef.parse("2300-01-01T00:00Z"))).isEqualTo(1);
            assertThat(index.resolve(VersionRef.parse("0001-01-01T00:00Z"))).isZero();
            assertThat(index.resolve(new VersionRef.At(Instant.MAX))).isEqualTo(1);
            assertThat(index.resolve(new VersionRef.At(Instant.MIN))).isZero();
            Optional<Instant> early = Optional.of(Instant.parse("0001-01-01T00:00:00Z"));
            Optional<Instant> late = Optional.of(Instant.parse("9999-12-31T00:00:00Z"));
            assertThat(versions(Optional.empty(), early, late)).containsExactly(1L);
            assertThat(versions(Optional.empty(), late, Optional.empty())).isEmpty();
        });
    }

    @Test
    void shouldFindAVersionBySourceWhenItRetractedAnothersFact() {
        LiveFact fact = log.fact("a", "1");
        log.edit(List.of(fact), List.of());
        log.edit(List.of(log.fact("b", "1")), List.of(fact.key()));
        EventId retraction = new EventId("urn:other", "r");
        log.outcome(retraction, fact.key(), new Fate.Applied(2, Optional.empty()));

        asking(() -> {
            assertThat(versions(Optional.of("urn:other"), Optional.empty(), Optional.empty())).containsExactly(2L);
            LogFilter ofSubject = new LogFilter(
                    Optional.of("a"), Optional.empty(), Optional.of("urn:other"), Optional.empty(), Optional.empty(),
                    Set.of(Status.EDITED), 50, Optional.empty());
            assertThat(index.log(ofSubject).lines()).singleElement()
                    .satisfies(line -> assertThat(((LogPage.Made) line).version()).isEqualTo(2));
        });
    }

    @Test
    void shouldTellWhoNamedAVersion() {
        log.edit(List.of(log.fact("a", "1")), List.of());
        log.edit(List.of(log.fact("a", "2")), List.of());
        Operation one = tagged("good", 1);
        Operation two = tagged("better", 2);
        tagged("later", 12);

        asking(() -> {
            assertThat(index.version(1).operations()).containsExactly(one);
            assertThat(index.version(2).operations()).containsExactly(two);
        });
    }

    private Operation tagged(String name, long version) {
        Operation.Result done = new Operation.Result.Accepted();
        Operation tag = new Operation(
                "tag-" + name, Examples.rolledBack(done).by(), Operation.Action.TAG, "tag " + name + " at " + Operation.version(version),
                "tested", MadeLog.NOON, done);
        log.operation(tag);
        return tag;
    }

    @Test
    void shouldListTheNewestClaimsAndTheLiveOneWhenThereAreMany() {
        int claims = HistoryIndex.LISTED + 2;
        for (int i = 1; i <= claims; i++) {
            log.edit(List.of(log.fact("a", "" + i)), List.of());
        }
        asking(() -> {
            Blame.OfKey told = index.why("a", Optional.of("P1")).keys().get(0);
            assertThat(told.total()).isEqualTo(claims);
            assertThat(told.claims()).hasSize(HistoryIndex.LISTED).first().extracting(claim -> claim.fact().object()).isEqualTo("3");
            assertThat(told.live().orElseThrow().fact().object()).isEqualTo("" + claims);
        });

        log.rollback(1);

        asking(() -> {
            Blame.OfKey told = index.why("a", Optional.of("P1")).keys().get(0);
            assertThat(told.total()).isEqualTo(claims);
            assertThat(told.claims()).hasSize(HistoryIndex.LISTED + 1);
            assertThat(told.live().orElseThrow().fact().object()).isEqualTo("1");
        });
    }

    @Test
    void shouldCountAllThatARollbackTookOutAndBroughtBackWhenItIsMuch() {
        int facts = HistoryIndex.LISTED + 5;
        log.edit(IntStream.range(0, facts).mapToObj(i -> log.fact("s" + i, "1")).toList(), List.of());
        log.edit(List.of(log.fact("s0", "2")), List.of(FactKey.of("s1", "P1")));
        log.rollback(0);
        log.rollback(2);

        asking(() -> {
            assertThat(index.version(2).totals()).isEqualTo(new VersionStory.Totals(1, 0));
            assertThat(index.version(3).removed()).hasSize(HistoryIndex.LISTED);
            assertThat(index.version(3).totals()).isEqualTo(new VersionStory.Totals(facts - 1, 0));
            assertThat(index.version(4).returned()).hasSize(HistoryIndex.LISTED);
            assertThat(index.version(4).totals()).isEqualTo(new VersionStory.Totals(0, facts - 1));
        });
    }
}
