package dev.errata.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.errata.delta.LiveFact;
import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.delta.VersionRef;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.LogTail;
import dev.errata.stream.Operation;
import dev.errata.stream.Topic;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryIndexTest {
    @TempDir
    private Path directory;

    private final MadeLog log = new MadeLog();
    private HistoryIndex index;

    @BeforeEach
    void open() {
        index = new HistoryIndex(directory, log, MadeLog.LINE.model());
    }

    @AfterEach
    void close() {
        index.close();
    }

    private long read() {
        return log.readInto(index);
    }

    /** Asks while the index is served. */
    private void asking(Runnable questions) {
        try (HistoryFeed feed = index.feed()) {
            while (!feed.caughtUp()) {
                feed.turn();
            }
            questions.run();
        }
    }

    private static void refused(Failure code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(ErrataException.class))
                .satisfies(e -> assertThat(e.failure()).isEqualTo(code))
                .satisfies(e -> assertThat(e).hasMessageContaining(message));
    }

    private static LogFilter filter(Status... statuses) {
        return new LogFilter(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Set.of(statuses), 50,
                Optional.empty());
    }

    @Test
    void shouldNotBeReadyUntilTheLogWasReadOnce() {
        log.edit(List.of(log.fact("a", "1")), List.of());
        refused(Failure.NOT_READY, "the log is being read", () -> index.newest());

        try (HistoryFeed feed = index.feed()) {
            refused(Failure.NOT_READY, "the log is being read", () -> index.why("a", Optional.empty()));
        }
    }

    @Test
    void shouldAnswerWithTheFailureWhenTheLogIsBroken() {
        log.edit(List.of(log.fact("a", "1")), List.of());
        read();
        log.add(Topic.VERSIONS, RecordKey.of(MadeLog.LINE.model()), Events.of(MadeLog.LINE, Examples.rollback(5, 1), 0));

        try (HistoryFeed feed = index.feed()) {
            refused(Failure.VERSION_CHAIN_BROKEN, "version 5", feed::turn);
        }

        refused(Failure.VERSION_CHAIN_BROKEN, "version 5", () -> index.newest());
        HistoryFeed again = index.feed();
        refused(Failure.VERSION_CHAIN_BROKEN, "version 5", () -> index.newest());
        again.close();
    }

    @Test
    void shouldNameThePlaceWhenARecordCannotBeRead() {
        LogTail.Entry good = entry();
        log.entries.clear();
        log.entries.add(new LogTail.Entry(Topic.VERSIONS, new dev.errata.stream.RawRecord(
                good.record().position(), MadeLog.NOON, good.record().key(), "{}".getBytes(), List.of())));

        try (HistoryFeed feed = index.feed()) {
            refused(Failure.RECORD_UNREADABLE, "versions 0@0: ", feed::turn);
        }
    }

    private LogTail.Entry entry() {
        log.edit(List.of(log.fact("a", "1")), List.of());
        return log.entries.stream().filter(one -> one.topic() == Topic.VERSIONS).findFirst().orElseThrow();
    }

    @Test
    void shouldLeaveAnotherLinesRecordsOut() {
        log.edit(List.of(log.fact("a", "1")), List.of());
        log.add(Topic.OUTCOMES, RecordKey.of("other", FactKey.of("a", "P1")), Events.of(
                MadeLog.LINE, Examples.outcome(Examples.rejected()), MadeLog.NOON));

        asking(() -> assertThat(index.log(filter(Status.values())).lines()).hasSize(2));
    }

    @Test
    void shouldTellWhoWroteReplacedAndRetractedAFact() {
        LiveFact first = log.fact("a", "1");
        LiveFact second = log.fact("a", "2");
        FactKey key = first.key();
        log.edit(List.of(first), List.of());
        log.edit(List.of(second), List.of());
        log.edit(List.of(), List.of(key));
        log.rollback(2);
        log.rollback(0);
        EventId refused = new EventId("urn:other", "r");
        log.outcome(refused, key, new Fate.Rejected(Failure.FACT_NOT_LIVE, "why"));

        asking(() -> {
            Blame.OfKey told = index.why(" a ", Optional.of("P1")).keys().get(0);

            assertThat(told.live()).isEmpty();
            assertThat(told.claims()).extracting(claim -> claim.fact().object()).containsExactly("1", "2");
            assertThat(told.claims().get(0).spans()).containsExactly(
                    new Blame.Span(1, Optional.of(new Ending.Replaced(2, second.event(), "2"))));
            assertThat(told.claims().get(1).replaced()).contains(new FactLine(key, "1", first.event(), 1));
            assertThat(told.claims().get(1).batch()).isEqualTo("intent-2");
            assertThat(told.claims().get(1).spans()).containsExactly(
                    new Blame.Span(2, Optional.of(new Ending.Retracted(3, new EventId("urn:desk", "retraction-3")))),
                    new Blame.Span(4, Optional.of(new Ending.RolledBack(5, 0, "wrong source"))));
            assertThat(told.unwritten()).singleElement().satisfies(settled -> {
                assertThat(settled.event()).isEqualTo(refused);
                assertThat(settled.code()).contains(Failure.FACT_NOT_LIVE);
                assertThat(settled.message()).contains("why");
            });
            assertThat(index.why("nobody", Optional.empty()).keys()).isEmpty();
            assertThat(index.why("a", Optional.of("P2")).keys()).isEmpty();
        });
    }

    @Test
    void shouldTellWhatAVersionDid() {
        LiveFact first = log.fact("a", "1");
        LiveFact other = log.fact("b", "1");
        LiveFact second = log.fact("a", "2");
        log.edit(List.of(first, other), List.of());
        log.edit(List.of(second), List.of(other.key()));
        log.rollback(1);
        log.evaluation(Examples.evaluation(2));
        Operation asked = new Operation(
                "intent-3", Examples.rolledBack(new Operation.Result.Accepted()).by(), Operation.Action.ROLLBACK, "version 1", "r",
                MadeLog.NOON, new Operation.Result.Accepted());
        log.operation(asked);

        asking(() -> {
            VersionStory edit = index.version(2);
            assertThat(edit.record()).isEqualTo(log.chain.get(2));
            assertThat(edit.evaluation()).contains(Examples.evaluation(2));
            assertThat(edit.written()).containsExactly(
                    new VersionStory.Written(second, Optional.of(new FactLine(first.key(), "1", first.event(), 1))));
            assertThat(edit.removed()).containsExactly(new VersionStory.Removed(
                    new FactLine(other.key(), "1", other.event(), 1),
                    new Ending.Retracted(2, new EventId("urn:desk", "retraction-4"))));
            assertThat(edit.announced()).isFalse();

            VersionStory back = index.version(3);
            assertThat(back.written()).isEmpty();
            assertThat(back.removed()).extracting(removed -> removed.fact().object()).containsExactly("2");
            assertThat(back.returned()).extracting(FactLine::event).containsExactly(first.event(), other.event());
            assertThat(back.operations()).containsExactly(asked);
            refused(Failure.VERSION_UNKNOWN, "version: 0 (expected: 1 to 3)", () -> index.version(0));
            refused(Failure.VERSION_UNKNOWN, "version: 4 (expected: 1 to 3)", () -> index.version(4));
            refused(Failure.VERSION_UNKNOWN, "version: 4 (expected: 0 to 3)", () -> index.difference(0, 4, 1));
        });
        log.announce();
        asking(() -> assertThat(index.version(3).announced()).isTrue());
    }

    @Test
    void shouldTellOnlyWhatIsWanted() {
        log.edit(List.of(log.fact("a", "1"), log.fact("b", "1")), List.of());
        log.edit(List.of(MadeLog.fact("c", "P2", "1", new EventId("urn:other", "x"))), List.of());
        log.edit(List.of(log.fact("c", "1")), List.of(FactKey.of("a", "P1")));
        log.rollback(1);
        log.outcome(new EventId("urn:other", "y"), FactKey.of("b", "P1"), new Fate.Superseded(new EventId("urn:other", "z")));
        log.outcome(new EventId("urn:other", "y"), FactKey.of("b", "P1"), new Fate.Duplicate());
        Optional<String> none = Optional.empty();

        asking(() -> {
            assertThat(told(new LogFilter(Optional.of("a"), none, none, Optional.empty(), Optional.empty(), Set.of(), 9, Optional.empty())))
                    .containsExactly("rolledBack 4", "edited 3", "edited 1");
            assertThat(told(new LogFilter(
                            none, Optional.of("P2"), none, Optional.empty(), Optional.empty(), Set.of(), 9, Optional.empty())))
                    .containsExactly("rolledBack 4", "edited 2");
            assertThat(told(new LogFilter(
                            none, none, Optional.of("urn:other"), Optional.empty(), Optional.empty(), Set.of(), 9, Optional.empty())))
                    .containsExactly("duplicate y", "superseded y", "rolledBack 4", "edited 2");
            Instant from = MadeLog.NOON.plusSeconds(2);
            assertThat(told(new LogFilter(none, none, none, Optional.of(from), Optional.of(from.plusSeconds(1)), Set.of(Status.EDITED),
                            9, Optional.empty())))
                    .containsExactly("edited 2");
            assertThat(told(filter(Status.APPLIED))).hasSize(5).allMatch(line -> line.startsWith("applied "));
            assertThat(index.log(filter(Status.SUPERSEDED)).lines()).singleElement()
                    .satisfies(line -> assertThat(((LogPage.Settled) line).by()).contains(new EventId("urn:other", "z")));
        });
    }

    private List<String> told(LogFilter filter) {
        return index.log(filter).lines().stream()
                .map(line -> line instanceof LogPage.Made made
                        ? made.status().label() + " " + made.version()
                        : ((LogPage.Settled) line).status().label() + " " + ((LogPage.Settled) line).event().id())
                .toList();
    }

    @Test
    void shouldFindAVersionByWhateverItIsCalled() {
        log.edit(List.of(log.fact("a", "1")), List.of());
        log.edit(List.of(log.fact("a", "2")), List.of());
        log.announce();
        log.rebase();
        log.tag(new Tag("good", 1, log.chain.digest(1), false));
        log.tag(new Tag("good", 2, log.chain.digest(2), false));
        log.tag(new Tag("candidate", 1, log.chain.digest(1), true));
        log.tag(new Tag("candidate", 3, log.chain.digest(3), true));

        asking(() -> {
            assertThat(List.of(
                            "3", "head", "base", "good", "candidate", "2026-03-01T12:00:02Z", "2026-03-01T12:00:02.999Z",
                            "1999-01-01T00:00Z"))
                    .extracting(text -> index.resolve(VersionRef.parse(text)))
                    .containsExactly(3L, 2L, 0L, 1L, 3L, 2L, 2L, 0L);
            assertThat(index.version(1).tags()).containsExactly("good");
            assertThat(index.version(3).tags()).containsExactly("candidate");
            assertThat(told(filter(Status.REBASED))).containsExactly("rebased 3");
            refused(Failure.TAG_UNKNOWN, "tag: bad", () -> index.resolve(VersionRef.parse("bad")));
            refused(Failure.VERSION_UNKNOWN, "version: 4 (expected: 0 to 3)", () -> index.resolve(VersionRef.parse("4")));
        });
    }

    @Test
    void shouldSayThatAHeldVersionWasAnnouncedOnlyWhenItWasReleased() {
        log.hold(new Version.Held(Failure.GATE_SCORE, "efficacy: 3"));
        log.edit(List.of(log.fact("a", "1")), List.of());
        log.hold(null);
        log.edit(List.of(log.fact("a", "2")), List.of());
        log.announce();
        asking(() -> {
            assertThat(index.version(1).announced()).isFalse();
            assertThat(index.version(2).announced()).isTrue();
            assertThat(((LogPage.Made) index.log(filter(Status.EDITED)).lines().get(1)).held()).contains(Failure.GATE_SCORE);
        });
        Operation release = new Operation(
                "o-1", Examples.rolledBack(new Operation.Result.Accepted()).by(), Operation.Action.RELEASE, Operation.version(1), "fine",
                MadeLog.NOON, new Operation.Result.Accepted());

        log.operation(release);

        asking(() -> {
            assertThat(index.version(1).announced()).isTrue();
            assertThat(index.version(1).operations()).containsExactly(release);
        });
    }

    @Test
    void shouldWaitForAVersionUntilItWasRead() throws InterruptedException {
        log.edit(List.of(log.fact("a", "1")), List.of());
        try (HistoryFeed feed = index.feed()) {
            assertThat(index.await(1, Duration.ofMillis(1))).isFalse();
            feed.turn();
            assertThat(index.await(1, Duration.ZERO)).isTrue();
        }
    }

    @Test
    void shouldKeepTheOrderOfVersionsWhenTheClockWasTurnedBack() {
        log.edit(List.of(log.fact("a", "1")), List.of());
        log.turnBack(Duration.ofHours(1));
        log.edit(List.of(log.fact("b", "1")), List.of());

        asking(() -> assertThat(told(filter())).containsExactly("edited 2", "edited 1"));
    }
}
