package dev.errata.export;

import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.EditedTensor;
import dev.errata.delta.Replay;
import dev.errata.delta.Tag;
import dev.errata.delta.Tags;
import dev.errata.delta.Version;
import dev.errata.delta.VersionChain;
import dev.errata.delta.VersionRef;
import dev.errata.evaluation.Evaluation;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.LogSource;
import dev.errata.stream.ModelLine;
import dev.errata.stream.RawRecord;
import dev.errata.stream.Topic;
import dev.errata.stream.event.EventCodec;
import dev.errata.stream.event.RecordKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A line as its topics tell it to whoever ships it: the versions, each proven to follow from those before, what they were measured, and
 * their names. The deltas are read when weights are made.
 *
 * <h2>Limits</h2> Every version is kept in memory, one delta at a time. <h2>Thread safety</h2> None: one thread.
 */
public final class LoggedLine implements VersionRef.Line {
    private final LogSource log;
    private final byte[] key;
    private final VersionChain chain;
    private final Map<Long, Evaluation> evaluations = new HashMap<>();
    private final Tags tags = new Tags();
    private long announced;

    private LoggedLine(LogSource log, byte[] key, VersionChain chain) {
        this.log = log;
        this.key = key;
        this.chain = chain;
    }

    /** A version's delta, as it comes by. */
    interface Listener {
        void heard(Version version, byte[] payload, Delta delta);
    }

    /**
     * Reads all versions of the line.
     *
     * @throws ErrataException VERSION_UNKNOWN when there is none; VERSION_CHAIN_BROKEN, RECORD_UNREADABLE, LOG_UNREACHABLE
     */
    public static LoggedLine of(LogSource log, ModelLine line) {
        byte[] key = RecordKey.of(line.model());
        VersionChain[] chain = new VersionChain[1];
        each(log, Topic.VERSIONS, key, record -> {
            Version version = EventCodec.VERSION.decode(record.value());
            if (chain[0] == null) {
                SortedMap<String, String> base = new TreeMap<>();
                version.tensors().forEach(state -> base.put(state.name(), state.before()));
                chain[0] = new VersionChain(line.model(), base);
            }
            chain[0].append(version);
        });
        if (chain[0] == null) {
            throw new ErrataException(Failure.VERSION_UNKNOWN, "model " + line.model() + ": no version (expected: at least one)");
        }
        LoggedLine read = new LoggedLine(log, key, chain[0]);
        each(log, Topic.EVALUATIONS, key, record -> {
            Evaluation evaluation = EventCodec.EVALUATION.decode(record.value());
            read.evaluations.put(evaluation.version(), evaluation);
        });
        each(log, Topic.TAGS, key, record -> read.tags.add(EventCodec.TAG.decode(record.value())));
        each(log, Topic.HEAD, key, record -> read.announced = Math.max(read.announced, EventCodec.HEAD.decode(record.value()).version()));
        return read;
    }

    private static void each(LogSource log, Topic topic, byte[] key, Consumer<RawRecord> reader) {
        try (LogSource.Cursor cursor = log.read(topic)) {
            for (Optional<RawRecord> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                if (Arrays.equals(next.get().key(), key)) {
                    reader.accept(next.get());
                }
            }
        }
    }

    public VersionChain chain() {
        return chain;
    }

    @Override
    public long announced() {
        return announced;
    }

    @Override
    public long newest() {
        return chain.head();
    }

    @Override
    public Optional<Tag> tag(String name) {
        return tags.get(name);
    }

    @Override
    public long at(Instant time) {
        return chain.at(time);
    }

    /** What was committed with the version: what a later one measures, a rollback to it as well, is not its own. */
    Optional<Evaluation> evaluation(long number) {
        return Optional.ofNullable(evaluations.get(number));
    }

    /**
     * The weights of a version, made from the base by the deltas of the log, each step proven.
     *
     * @param listener hears each delta before it is applied, in the order of the path
     * @throws ErrataException as {@link Replay}, and CHUNK_INVALID
     */
    SortedMap<String, EditedTensor> weights(BaseModel base, long number, Listener listener) {
        try (DeltaReader deltas = new DeltaReader(log, key)) {
            return Replay.weights(base.tensors(), chain, number, version -> {
                byte[] payload = deltas.next(version);
                Delta delta = DeltaCodec.decode(payload);
                listener.heard(version, payload, delta);
                return delta;
            });
        }
    }
}
