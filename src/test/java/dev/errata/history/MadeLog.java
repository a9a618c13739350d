package dev.errata.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.delta.Digest;
import dev.errata.delta.LiveFact;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Provenance;
import dev.errata.delta.Tag;
import dev.errata.delta.TensorState;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Edited;
import dev.errata.delta.Version.Change.Rebased;
import dev.errata.delta.Version.Change.RolledBack;
import dev.errata.delta.VersionChain;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactKey;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.stream.Examples;
import dev.errata.stream.Head;
import dev.errata.stream.LogTail;
import dev.errata.stream.ModelLine;
import dev.errata.stream.Operation;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.kafka.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A line's log in memory, whose versions were taken by a {@link VersionChain}: what an index is fed from, and what is true beside it.
 */
final class MadeLog implements LogTail.Source {
    static final ModelLine LINE = Examples.LINE;
    static final Instant NOON = Examples.NOON;
    private static final String TENSOR = "mlp.weight";
    private static final PayloadRef NONE = Examples.ref(new byte[] {1}, 1);

    final VersionChain chain;
    final List<LogTail.Entry> entries = new ArrayList<>();
    private final Map<LogTail.Spot, Long> ends = new HashMap<>();
    private int portion = 7;
    private String identity = "cluster";
    private int events;
    private Duration back = Duration.ZERO;
    private Version.Held held;

    MadeLog() {
        chain = new VersionChain(LINE.model(), Map.of(TENSOR, Examples.sha256("base")));
        HistoryIndex.topics().forEach(topic -> ends.put(new LogTail.Spot(topic, 0), 0L));
    }

    MadeLog portions(int records) {
        portion = records;
        return this;
    }

    /** Versions from here on are held for this, or not. */
    void hold(Version.Held why) {
        held = why;
    }

    void turnBack(Duration by) {
        back = by;
    }

    void identity(String next) {
        identity = next;
    }

    static LiveFact fact(String subject, String relation, String object, EventId event) {
        Fact fact = new Fact(subject, new Relation(relation, "{} is"), object);
        return new LiveFact(event, fact, Revision.at(NOON), Optional.empty(), Probes.NONE);
    }

    /** Under an event of its own. */
    LiveFact fact(String subject, String object) {
        return fact(subject, "P1", object, new EventId("urn:desk", "e" + ++events));
    }

    /** An edit that writes these facts, and takes out what is live under their keys and these besides, with their outcomes. */
    Version edit(List<LiveFact> in, List<FactKey> retracted) {
        List<FactKey> out = new ArrayList<>(retracted);
        in.stream().map(LiveFact::key).filter(chain.live()::containsKey).forEach(out::add);
        Version version = append(new Edited(in, out, List.of(), NONE, NONE), Examples.sha256("version " + (chain.head() + 1)));
        in.forEach(fact -> outcome(fact.event(), fact.key(), new Fate.Applied(version.number(), Optional.empty())));
        retracted.forEach(key -> outcome(
                new EventId("urn:desk", "retraction-" + ++events), key, new Fate.Applied(version.number(), Optional.empty())));
        return version;
    }

    /** All that is live from the base again. */
    Version rebase() {
        Version.Change change = new Rebased("less to replay", chain.digest(chain.head()), NONE, NONE);
        return append(change, 0, Examples.sha256("version " + (chain.head() + 1)));
    }

    Version rollback(long to) {
        return append(new RolledBack(to, "wrong source"), chain.tensors(to).get(TENSOR));
    }

    private Version append(Version.Change change, String after) {
        return append(change, chain.head(), after);
    }

    private Version append(Version.Change change, long parent, String after) {
        long head = chain.head();
        TensorState tensor = new TensorState(TENSOR, chain.tensors(parent).get(TENSOR), after);
        Provenance provenance = new Provenance(
                Examples.sha256("base"), new TreeMap<>(Map.of("hyperParameters", Examples.sha256("h"))), "errata test",
                new TreeMap<>(Map.of("targets", 1.5)));
        Version version = new Version(
                LINE.model(), head + 1, "intent-" + (head + 1), change, chain.digest(parent),
                Digest.version(new TreeMap<>(Map.of(TENSOR, after))),
                List.of(tensor), NOON.plusSeconds(head + 1).minus(back), provenance);
        version = version.heldFor(Optional.ofNullable(held));
        chain.append(version);
        add(Topic.VERSIONS, RecordKey.of(LINE.model()), Events.of(LINE, version, head));
        return version;
    }

    void outcome(EventId event, FactKey key, Fate fate) {
        Outcome outcome = new Outcome(event, key, new Position(0, ends.get(new LogTail.Spot(Topic.OUTCOMES, 0))), fate);
        add(Topic.OUTCOMES, RecordKey.of(LINE.model(), key), Events.of(LINE, outcome, NOON.plusSeconds(chain.head())));
    }

    void evaluation(Evaluation evaluation) {
        add(Topic.EVALUATIONS, RecordKey.of(LINE.model()), Events.of(LINE, evaluation));
    }

    void operation(Operation operation) {
        add(Topic.AUDIT, RecordKey.of(LINE.model()), Events.of(LINE, operation));
    }

    void tag(Tag tag) {
        add(Topic.TAGS, RecordKey.of(LINE.model()), Events.of(LINE, tag, "t-" + ++events, NOON));
    }

    void announce() {
        Head head = new Head(LINE.model(), chain.head(), chain.digest(chain.head()), NOON);
        add(Topic.HEAD, RecordKey.of(LINE.model()), Events.of(LINE, head));
    }

    void add(Topic topic, byte[] key, CloudEvent event) {
        var record = Records.of(LINE.topic(topic), key, event);
        List<RawRecord.Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new RawRecord.Header(header.key(), header.value())));
        long offset = ends.merge(new LogTail.Spot(topic, 0), 1L, Long::sum) - 1;
        entries.add(new LogTail.Entry(topic, new RawRecord(new Position(0, offset), NOON, key, record.value(), headers)));
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public LogTail open(Map<LogTail.Spot, Long> from) {
        int end = entries.size();
        Map<LogTail.Spot, Long> next = new HashMap<>(from);
        return new LogTail() {
            private int at;

            @Override
            public Portion poll(Duration wait) {
                List<Entry> given = new ArrayList<>();
                while (at < entries.size() && given.size() < portion) {
                    Entry entry = entries.get(at++);
                    Spot spot = new Spot(entry.topic(), 0);
                    if (entry.record().position().offset() >= next.getOrDefault(spot, 0L)) {
                        given.add(entry);
                        next.put(spot, entry.record().position().offset() + 1);
                    }
                }
                return new Portion(given, next, at >= end);
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    /** Lets the index read all that is in the log, and gives back how many records that were. */
    long readInto(HistoryIndex index) {
        try (HistoryFeed feed = index.feed()) {
            while (!feed.caughtUp()) {
                feed.turn();
            }
            assertThat(index.newest()).isEqualTo(chain.head());
            return feed.records();
        }
    }
}
