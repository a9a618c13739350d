package dev.errata.audit;

import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.batch.SealCause;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Fact;
import dev.errata.fact.FactChange;
import dev.errata.fact.Outcome;
import dev.errata.fact.Outcome.Fate;
import dev.errata.fact.Position;
import dev.errata.fact.Probes;
import dev.errata.fact.Relation;
import dev.errata.fact.Revision;
import dev.errata.failure.Failure;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.RecordKey;
import dev.errata.stream.kafka.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A log of any length that is made as it is read: facts, of which the worker rejects every second one in a batch and the accumulator the
 * others, and of every so many of which the outcome is lost, or there twice.
 */
final class LongLog implements LogSource {
    private static final int IN_A_BATCH = 100;

    private final ModelLine line;
    private final long facts;
    private final long faultEvery;

    LongLog(ModelLine line, long facts, long faultEvery) {
        this.line = line;
        this.facts = facts;
        this.faultEvery = faultEvery;
    }

    private FactChange change(long i) {
        // Later records are not later in the order of their fingerprints, which is what the sorter sorts by.
        Fact fact = new Fact("subject " + i, new Relation("likes", "{} likes"), "object " + i % 7);
        return new FactChange.Asserted(
                new EventId("source", "e" + i), fact, Revision.number(i, SmallLine.NOON), Optional.empty(), Probes.NONE);
    }

    private static boolean isInBatch(long i) {
        return i % 2 == 0;
    }

    private RawRecord fact(long i) {
        return record(i, Topic.FACTS, RecordKey.subject(change(i).key()), Events.of(change(i)));
    }

    /** Of fact i: 0, 1 or 2 of them; the second one far behind. */
    private RawRecord outcome(long i) {
        boolean again = i >= facts;
        long of = again ? (i - facts) * faultEvery : i;
        FactChange change = change(of);
        Fate fate = new Fate.Rejected(isInBatch(of) ? Failure.GUARD_DRIFT : Failure.FACT_CONFLICT, "test");
        Outcome outcome = new Outcome(change.event(), change.key(), new Position(0, of), fate);
        return record(i, Topic.OUTCOMES, RecordKey.of(line.model(), change.key()), Events.of(line, outcome, SmallLine.NOON));
    }

    private boolean isLost(long i) {
        return i < facts && i % faultEvery == 1;
    }

    private RawRecord batch(long i) {
        List<Arrival> arrivals = new ArrayList<>();
        for (long fact = i * IN_A_BATCH; fact < Math.min(facts, (i + 1) * IN_A_BATCH); fact++) {
            if (isInBatch(fact)) {
                arrivals.add(new Arrival(change(fact), new Position(0, fact), SmallLine.NOON));
            }
        }
        Intent intent = new Intent.Edit(Batch.of(arrivals, SealCause.FULL, SmallLine.NOON));
        return record(i, Topic.BATCHES, RecordKey.of(line.model()), Events.of(line, intent));
    }

    private RawRecord record(long offset, Topic topic, byte[] key, CloudEvent event) {
        ProducerRecord<byte[], byte[]> record = Records.of(line.topic(topic), key, event);
        List<RawRecord.Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new RawRecord.Header(header.key(), header.value())));
        return new RawRecord(new Position(0, offset), SmallLine.NOON, key, record.value(), headers);
    }

    @Override
    public List<Part> parts(Topic topic) {
        return List.of(new Part(0, 0, Long.MAX_VALUE));
    }

    @Override
    public Map<Integer, Long> consumed(Topic topic) {
        return Map.of(0, Long.MAX_VALUE);
    }

    @Override
    public Cursor read(Topic topic) {
        return switch (topic) {
            case FACTS -> made(facts, this::fact);
            case OUTCOMES -> made(facts + facts / faultEvery, i -> isLost(i) ? null : outcome(i));
            case BATCHES -> made((facts - 1) / IN_A_BATCH + 1, this::batch);
            default -> made(0, i -> null);
        };
    }

    @Override
    public Cursor read(Topic topic, long from) {
        return made(0, i -> null);
    }

    private static Cursor made(long count, LongFunction<RawRecord> maker) {
        return new Cursor() {
            private long next;

            @Override
            public Optional<RawRecord> next() {
                while (next < count) {
                    RawRecord record = maker.apply(next++);
                    if (record != null) {
                        return Optional.of(record);
                    }
                }
                return Optional.empty();
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
