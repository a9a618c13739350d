package dev.errata.stream.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.errata.batch.Batch;
import dev.errata.delta.Tag;
import dev.errata.delta.Version;
import dev.errata.evaluation.Evaluation;
import dev.errata.fact.Outcome;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Head;
import dev.errata.stream.IntakeNote;
import dev.errata.stream.LedgerChange;
import dev.errata.stream.Operation;
import java.io.IOException;

/**
 * One of our own records as the JSON data of one event type, and back.
 *
 * <p>Law: {@code decode(encode(x)).equals(x)}. Both ways the data are checked against the type's schema (but see {@link #INTAKE}); writing
 * what nobody could read again would halt every reader for ever.
 *
 * <h2>Thread safety</h2> Immutable.
 */
public final class EventCodec<T> {
    public static final EventCodec<Batch> BATCH = new EventCodec<>(EventType.BATCH_SEALED, Batch.class);
    public static final EventCodec<Version> VERSION = new EventCodec<>(EventType.VERSION_COMMITTED, Version.class);
    public static final EventCodec<Evaluation> EVALUATION = new EventCodec<>(EventType.EVALUATION_COMPLETED, Evaluation.class);
    public static final EventCodec<Outcome> OUTCOME = new EventCodec<>(EventType.OUTCOME_SETTLED, Outcome.class);
    public static final EventCodec<Head> HEAD = new EventCodec<>(EventType.HEAD_ANNOUNCED, Head.class);
    public static final EventCodec<LedgerChange.Written> LEDGER = new EventCodec<>(EventType.LEDGER_CHANGED, LedgerChange.Written.class);
    /** One for each change that is taken in, so they are not checked as they are written; their laws are. */
    public static final EventCodec<IntakeNote> INTAKE = new EventCodec<>(EventType.INTAKE_NOTED, IntakeNote.class, false);
    public static final EventCodec<Operation> OPERATION = new EventCodec<>(EventType.OPERATION_RECORDED, Operation.class);

    public static final EventCodec<Tag> TAG = new EventCodec<>(EventType.VERSION_TAGGED, Tag.class);

    private final EventType type;
    private final Class<T> shape;
    private final boolean checked;
    private final ObjectReader viewer;

    private EventCodec(EventType type, Class<T> shape) {
        this(type, shape, true);
    }

    private EventCodec(EventType type, Class<T> shape, boolean checked) {
        this.type = type;
        this.shape = shape;
        this.checked = checked;
        this.viewer = Json.MAPPER.readerFor(shape).without(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    }

    /** Of some of a record, which is read by {@link #view} alone. */
    static <T> EventCodec<T> outline(EventType type, Class<T> shape) {
        return new EventCodec<>(type, shape);
    }

    /** @throws ErrataException INTERNAL for a value that the schema does not allow */
    public byte[] encode(T value) {
        return checked ? Json.bytes(type, value, Failure.INTERNAL) : Json.unchecked(value, Failure.INTERNAL);
    }

    /** @throws ErrataException RECORD_UNREADABLE for bytes that {@link #encode} cannot have written, or null */
    public T decode(byte[] data) {
        return decode(data, true);
    }

    /**
     * As {@link #decode}, without the schema and without looking for names that are repeated, which take most of the time: for a view of
     * the log that decides nothing and can be thrown away.
     *
     * @throws ErrataException RECORD_UNREADABLE for bytes that are none of these records, or null
     */
    public T view(byte[] data) {
        return decode(data, false);
    }

    private T decode(byte[] data, boolean schema) {
        if (data == null) {
            throw new ErrataException(Failure.RECORD_UNREADABLE, type.type() + ": no value (expected: JSON)");
        }
        try {
            T value = schema ? checked(data) : viewer.readValue(data);
            if (value == null) {
                throw unreadable("null");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw unreadable("no JSON of this type, from byte " + (e.getLocation() == null ? 0 : e.getLocation().getByteOffset()) + " on");
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(e.getClass().getSimpleName());
        }
    }

    private T checked(byte[] data) throws IOException {
        JsonNode node = Json.read(data);
        Schemas.check(type, node, Failure.RECORD_UNREADABLE);
        return Json.MAPPER.treeToValue(node, shape);
    }

    /** Without the parser's words: they repeat the record, this is logged, and a log holds no fact text. */
    private ErrataException unreadable(String why) {
        return new ErrataException(Failure.RECORD_UNREADABLE, type.type() + " cannot be read: " + why);
    }
}
