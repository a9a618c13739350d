package dev.errata.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.LiveFact;
import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome.Fate;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The index against {@link dev.errata.delta.VersionChain}, over histories of edits, retractions and rollbacks. */
class HistoryIndexLawsTest {
    private static final int SUBJECTS = 6;
    private static final int VERSIONS = 14;

    /** Fed in several sittings, each in an index that was closed and opened again, and in portions of any size. */
    private static HistoryIndex index(MadeLog log, Random random) throws IOException {
        HistoryIndex index = new HistoryIndex(Files.createTempDirectory(Path.of("target"), "history"), log, MadeLog.LINE.model());
        while (log.chain.head() < VERSIONS) {
            int steps = 1 + random.nextInt(4);
            for (int i = 0; i < steps; i++) {
                step(log, random);
            }
            log.portions(1 + random.nextInt(9));
            try (HistoryFeed feed = index.feed()) {
                while (!feed.caughtUp()) {
                    feed.turn();
                }
                assertThat(index.newest()).isEqualTo(log.chain.head());
            }
        }
        return index;
    }

    private static void step(MadeLog log, Random random) {
        if (random.nextInt(4) == 0) {
            log.rollback(random.nextInt((int) log.chain.head() + 1));
            return;
        }
        if (random.nextInt(8) == 0) {
            log.rebase();
            return;
        }
        List<LiveFact> in = new ArrayList<>();
        List<FactKey> retracted = new ArrayList<>();
        for (int subject = 0; subject < SUBJECTS; subject++) {
            FactKey key = FactKey.of("s" + subject, "P1");
            switch (random.nextInt(5)) {
                case 0, 1 -> in.add(log.fact(key.subject(), "o" + random.nextInt(3)));
                case 2 -> {
                    if (log.chain.live().containsKey(key)) {
                        retracted.add(key);
                    } else {
                        log.outcome(new EventId("urn:other", "r" + log.entries.size()), key,
                                new Fate.Rejected(Failure.FACT_NOT_LIVE, "not live"));
                    }
                }
                default -> { }
            }
        }
        log.edit(in, retracted);
    }

    @Property(tries = 40)
    void shouldTellEveryDifferenceAsTheChainDoes(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        MadeLog log = new MadeLog();
        HistoryIndex index = index(log, random);
        try (HistoryFeed feed = index.feed()) {
            for (long from = 0; from <= log.chain.head(); from++) {
                for (long to = 0; to <= log.chain.head(); to++) {
                    Difference difference = index.difference(from, to, 100);
                    Map<FactKey, EventId> before = events(log, from);
                    difference.out().forEach(fact -> assertThat(before.remove(fact.key())).isEqualTo(fact.event()));
                    difference.changed().forEach(
                            one -> assertThat(before.put(one.to().key(), one.to().event())).isEqualTo(one.from().event()));
                    difference.in().forEach(fact -> assertThat(before.put(fact.key(), fact.event())).isNull());
                    Map<FactKey, EventId> after = events(log, to);
                    assertThat(after.keySet()).isEqualTo(before.keySet());
                    long same = before.entrySet().stream().filter(one -> one.getValue().equals(after.get(one.getKey()))).count();
                    assertThat(before.size() - same).isEqualTo(difference.totals().restated());
                    assertThat(difference.tensors()).singleElement().satisfies(tensor -> {
                        assertThat(tensor.fromDigest()).isEqualTo(log.chain.tensors(difference.from()).get(tensor.name()));
                        assertThat(tensor.toDigest()).isEqualTo(log.chain.tensors(difference.to()).get(tensor.name()));
                    });
                }
            }
        } finally {
            index.close();
        }
    }

    private static Map<FactKey, EventId> events(MadeLog log, long number) {
        Map<FactKey, EventId> events = new HashMap<>();
        log.chain.live(number).forEach((key, live) -> events.put(key, live.fact().event()));
        return events;
    }

    @Property(tries = 40)
    void shouldTellWhenEachFactWasLiveAsTheChainDoes(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        MadeLog log = new MadeLog();
        HistoryIndex index = index(log, random);
        try (HistoryFeed feed = index.feed()) {
            for (int subject = 0; subject < SUBJECTS; subject++) {
                FactKey key = FactKey.of("s" + subject, "P1");
                Blame blame = index.why(key.subject(), Optional.empty());
                List<Blame.Claim> claims = blame.keys().stream().flatMap(one -> one.claims().stream()).toList();
                for (long n = 1; n <= log.chain.head(); n++) {
                    long at = n;
                    List<EventId> events = claims.stream()
                            .filter(claim -> claim.spans().stream().anyMatch(span -> covers(span, at)))
                            .map(claim -> claim.fact().event())
                            .toList();
                    assertThat(events).isEqualTo(
                            Optional.ofNullable(log.chain.live(at).get(key)).map(live -> List.of(live.fact().event())).orElse(List.of()));
                }
                Optional<EventId> live =
                        blame.keys().stream().flatMap(one -> one.live().stream()).map(one -> one.fact().event()).findFirst();
                assertThat(live).isEqualTo(Optional.ofNullable(log.chain.live().get(key)).map(now -> now.fact().event()));
            }
        } finally {
            index.close();
        }
    }

    private static boolean covers(Blame.Span span, long version) {
        return span.since() <= version && span.ending().map(ending -> version < ending.version()).orElse(true);
    }

    @Property(tries = 20)
    void shouldTellEveryLineOnceWhenThePagesAreSmall(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        MadeLog log = new MadeLog();
        HistoryIndex index = index(log, random);
        try (HistoryFeed feed = index.feed()) {
            LogFilter all = filter(10_000, Optional.empty());
            List<LogPage.Line> whole = index.log(all).lines();
            List<LogPage.Line> paged = new ArrayList<>();
            Optional<LogFilter.Cursor> before = Optional.empty();
            do {
                LogPage page = index.log(filter(1 + random.nextInt(5), before));
                paged.addAll(page.lines());
                before = page.next().map(LogFilter.Cursor::toString).map(LogFilter.Cursor::parse);
            } while (before.isPresent());

            assertThat(paged).isEqualTo(whole);
            assertThat(whole.stream().filter(LogPage.Made.class::isInstance).map(line -> ((LogPage.Made) line).version()))
                    .hasSize((int) log.chain.head())
                    .isSortedAccordingTo((one, other) -> Long.compare(other, one));
            assertThat(whole.stream().filter(LogPage.Settled.class::isInstance))
                    .hasSize((int) log.entries.stream().filter(entry -> entry.topic() == dev.errata.stream.Topic.OUTCOMES).count());
        } finally {
            index.close();
        }
    }

    private static LogFilter filter(int limit, Optional<LogFilter.Cursor> before) {
        return new LogFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Set.of(Status.values()), limit, before);
    }
}
