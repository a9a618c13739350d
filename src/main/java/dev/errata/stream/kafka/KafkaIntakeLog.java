package dev.errata.stream.kafka;

import dev.errata.batch.Effect;
import dev.errata.batch.IntakeMemory;
import dev.errata.batch.Intent;
import dev.errata.batch.Known;
import dev.errata.fact.Arrival;
import dev.errata.fact.EventId;
import dev.errata.fact.Position;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.FactLimits;
import dev.errata.stream.IntakeLog;
import dev.errata.stream.IntakeNote;
import dev.errata.stream.IntakeNote.Begun;
import dev.errata.stream.IntakeNote.OnlyKnown;
import dev.errata.stream.IntakeNotes;
import dev.errata.stream.KafkaSettings;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Received;
import dev.errata.stream.Received.Flush;
import dev.errata.stream.Received.Ignored;
import dev.errata.stream.Received.Readable;
import dev.errata.stream.Received.Unreadable;
import dev.errata.stream.Topic;
import dev.errata.stream.event.CloudEvent;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.Events;
import dev.errata.stream.event.FactReader;
import dev.errata.stream.event.FactReader.Request;
import dev.errata.stream.event.RecordKey;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * {@link IntakeLog} on Kafka.
 *
 * <p>What is consumed is the committed offset of the line's consumer group. Where a broker forgets it (nothing committed for a week, by
 * default), the facts that are left are read again: each is recognised as a duplicate, none changes a version twice.
 */
public final class KafkaIntakeLog implements IntakeLog {
    /** Names the consumer group and the transactional id, after the line. */
    static final String ROLE = "accumulator";
    /** From so many on it is worth to use all processors. */
    private static final int WORTH = 256;

    private enum Recalled {
        NOT_YET,
        NOTHING,
        SOMETHING,
        BRANCH
    }

    private final ClientFactory clients;
    private final ModelLine line;
    private final Clock clock;
    private final FactReader reader;
    private final Opened opened = new Opened();
    private final Transactions transactions;
    private final Offsets offsets;
    private final FactsConsumer facts;
    private final IntakeNotes notes = new IntakeNotes();
    private final Map<Position, ErrataException> givenUp = new HashMap<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private Recalled recalled = Recalled.NOT_YET;
    private EventId begun;

    /** Becomes the line's only accumulator; waits until nothing that another one began can still be committed. */
    public static KafkaIntakeLog open(KafkaSettings settings, ModelLine line, FactLimits limits, Clock clock) {
        return open(ClientFactory.of(settings), line, limits, clock);
    }

    /** The same with clients from elsewhere. */
    public static KafkaIntakeLog open(ClientFactory clients, ModelLine line, FactLimits limits, Clock clock) {
        Transactions transactions = new Transactions(clients.transactional(line.role(ROLE)));
        return new KafkaIntakeLog(transactions, clients, line, limits, clock);
    }

    KafkaIntakeLog(Transactions transactions, ClientFactory clients, ModelLine line, FactLimits limits, Clock clock) {
        this.clients = clients;
        this.line = line;
        this.clock = clock;
        this.reader = new FactReader(limits);
        this.transactions = opened.add(transactions);
        try {
            this.offsets = opened.add(clients.offsets());
            this.facts = opened.add(new FactsConsumer(clients, line.topic(Topic.FACTS), line.role(ROLE), offsets));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public IntakeMemory recall() {
        String topic = line.topic(Topic.INTAKE);
        try (LogReader log = new LogReader(clients, topic, record -> RecordKey.isOf(record.key(), line.model()))) {
            Map<TopicPartition, Long> ends = offsets.ends(log.partitions());
            // As they are: most notes of a topic that is not compacted yet are replaced by others.
            Map<ByteBuffer, byte[]> last = new HashMap<>();
            for (var record = log.nextBefore(ends); record.isPresent(); record = log.nextBefore(ends)) {
                ByteBuffer key = ByteBuffer.wrap(record.get().key());
                if (record.get().value() == null) {
                    last.remove(key);
                } else {
                    last.put(key, record.get().value());
                }
            }
            List<IntakeNote> all = inParallel(last.values(), EventCodec.INTAKE::decode);
            recalled = all.isEmpty() ? Recalled.NOTHING : Recalled.SOMETHING;
            for (IntakeNote note : all) {
                if (note instanceof Begun begun) {
                    recalled = Recalled.BRANCH;
                    this.begun = begun.event();
                    facts.notBefore(begun.offsets());
                }
            }
            return notes.recall(all);
        }
    }

    /**
     * Makes the line a branch, which takes in what comes onto the facts topic from now on, in one transaction: that, what it knows, and
     * that all before is consumed. Does nothing where just that was done before and nothing since: an accumulator that knows less than the
     * line's versions hold would take their facts in again. To be called once, after {@link #recall}.
     *
     * @param name of the beginning, which another beginning does not have
     * @param memory what {@link #recall} gave, which may be too large to keep here
     * @param known changes whose facts the line's first versions hold
     * @param told records that tell of it
     * @throws ErrataException LINE_EXISTS where an accumulator of this line has been at work, or it has begun otherwise
     */
    void begin(String name, IntakeMemory memory, List<Known> known, List<ProducerRecord<byte[], byte[]>> told) {
        EventId beginning = new EventId(line.source(), name);
        if (recalled == Recalled.BRANCH && begun.equals(beginning) && memory.pending().isEmpty() && memory.known().equals(known)) {
            return;
        }
        if (recalled != Recalled.NOTHING || facts.hasCommitted()) {
            String found = "line: " + line.model() + " has begun otherwise or has taken facts in (expected: a new line)";
            throw new ErrataException(Failure.LINE_EXISTS, found);
        }
        Map<TopicPartition, Long> ends = offsets.ends(facts.partitions());
        Map<Integer, Long> begins = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> consumed = new HashMap<>();
        ends.forEach((partition, end) -> {
            begins.put(partition.partition(), end);
            consumed.put(partition, new OffsetAndMetadata(end));
        });
        List<IntakeNote> noted = new ArrayList<>(List.of(new Begun(beginning, begins)));
        known.forEach(one -> noted.add(new OnlyKnown(noted.size() - 1L, one)));
        Instant now = clock.instant();
        transactions.commit(out -> {
            noted.forEach(note -> out.send(record(
                    Topic.INTAKE, RecordKey.of(line.model(), note.event()), Events.of(line, note.event(), Optional.of(note), now))));
            told.forEach(out::send);
            out.consumed(line.role(ROLE), consumed);
        });
        recalled = Recalled.BRANCH;
    }

    @Override
    public void giveUp(Position position, Failure code, String message) {
        givenUp.put(position, new ErrataException(code, message));
    }

    @Override
    public List<Received> poll(Duration wait, int most) {
        if (recalled == Recalled.NOT_YET) {
            throw new IllegalStateException("poll (expected: after recall)");
        }
        List<RawRecord> records = facts.poll(wait, most);
        Instant now = clock.instant();
        List<Received> received = new ArrayList<>();
        Flush flush = null;
        for (Received one : inParallel(records, record -> read(record, now))) {
            if (one instanceof Unreadable letter) {
                unreadable.add(letter);
            }
            if (one instanceof Flush later) {
                // A flush lies in every partition. One at the end seals all that this poll has brought; another poll brings the others.
                if (flush != null) {
                    received.add(new Ignored(flush.position()));
                }
                flush = later;
            } else {
                received.add(one);
            }
        }
        if (flush != null) {
            received.add(flush);
        }
        return received;
    }

    private Received read(RawRecord record, Instant now) {
        try {
            ErrataException why = givenUp.get(record.position());
            if (why != null) {
                throw why;
            }
            Request request = reader.read(record);
            if (request instanceof Request.Change change) {
                return change.event().audience().holds(line.model())
                        ? new Readable(new Arrival(change.change(), record.position(), now))
                        : new Ignored(record.position());
            }
            boolean meant = ((Request.Flush) request).model().map(line.model()::equals).orElse(true);
            return meant ? new Flush(record.position()) : new Ignored(record.position());
        } catch (RuntimeException e) {
            // Whatever it is, it is about this record alone; to fail here would be to fail at it for ever.
            return new Unreadable(record, KafkaFailures.code(e), String.valueOf(e.getMessage()));
        }
    }

    /** In the order of what is given. For what has no effect but its result. */
    private static <A, B> List<B> inParallel(Collection<A> many, Function<A, B> each) {
        return (many.size() < WORTH ? many.stream() : many.parallelStream()).map(each).toList();
    }

    @Override
    public void commit(List<Effect> effects) {
        Map<TopicPartition, OffsetAndMetadata> read = facts.uncommitted();
        if (effects.isEmpty() && unreadable.isEmpty() && read.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        inParallel(effects, effect -> record(effect, now)).forEach(record -> record.ifPresent(records::add));
        records.addAll(inParallel(notes.note(effects).entrySet(), noted -> record(
                Topic.INTAKE, RecordKey.of(line.model(), noted.getKey()), Events.of(line, noted.getKey(), noted.getValue(), now))));
        transactions.commit(out -> {
            records.forEach(out::send);
            unreadable.forEach(letter ->
                    out.send(DeadLetters.of(line, Topic.FACTS, letter.record(), letter.code(), letter.message(), now)));
            if (!read.isEmpty()) {
                out.consumed(line.role(ROLE), read);
            }
        });
        facts.committed(read);
        unreadable.clear();
    }

    /** What it puts into the log; nothing where only the notes tell of it. */
    private Optional<ProducerRecord<byte[], byte[]>> record(Effect effect, Instant now) {
        if (effect instanceof Effect.Settled settled) {
            byte[] key = RecordKey.of(line.model(), settled.outcome().key());
            return Optional.of(record(Topic.OUTCOMES, key, Events.of(line, settled.outcome(), now)));
        } else if (effect instanceof Effect.Sealed sealed) {
            return Optional.of(
                    record(Topic.BATCHES, RecordKey.of(line.model()), Events.of(line, new Intent.Edit(sealed.batch()))));
        }
        return Optional.empty();
    }

    private ProducerRecord<byte[], byte[]> record(Topic topic, byte[] key, CloudEvent event) {
        return Records.of(line.topic(topic), key, event);
    }

    @Override
    public long lag() {
        return facts.lag();
    }

    @Override
    public void pause() {
        facts.pause();
    }

    @Override
    public void resume() {
        facts.resume();
    }

    @Override
    public void close() {
        opened.close();
    }
}
