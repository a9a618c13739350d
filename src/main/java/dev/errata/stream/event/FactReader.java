package dev.errata.stream.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.errata.fact.FactChange;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Audience;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.RawRecord;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Reads what others put on the facts topic. It believes nothing: size, CloudEvents attributes, JSON, schema, limits, and then what a
 * fact itself demands are checked in this order, and the first that does not hold names the failure.
 *
 * <h2>Thread safety</h2> Immutable.
 */
public final class FactReader {
    private final FactLimits limits;

    public FactReader(FactLimits limits) {
        this.limits = limits;
    }

    /** What a readable record asks for. */
    public sealed interface Request {
        record Change(FactEvent event) implements Request {
            public FactChange change() {
                return event.change();
            }
        }

        /** Seal what has been read; without a model it is meant for every line. */
        record Flush(Optional<String> model) implements Request {}
    }

    /** @throws ErrataException FACT_UNREADABLE, FACT_TOO_LARGE, or a code of {@link dev.errata.fact.Fact}'s own */
    public Request read(RawRecord record) {
        limit("record bytes", record.bytesSent(), limits.recordBytes());
        IncomingEvent event = IncomingEvent.read(record, Failure.FACT_UNREADABLE);
        return switch (event.type()) {
            case FACT_ASSERTED -> change(asserted(data(event, FactData.Assertion.class), event), event);
            case FACT_RETRACTED -> change(retracted(data(event, FactData.Retraction.class), event), event);
            case BATCH_FLUSH -> new Request.Flush(data(event, FactData.Flush.class).model());
            case BATCH_SEALED, ROLLBACK_REQUESTED, REBASE_REQUESTED, VERSION_COMMITTED, DELTA_CHUNK, PAIRS_CHUNK, HEAD_ANNOUNCED,
                    EVALUATION_COMPLETED, OUTCOME_SETTLED, LEDGER_CHANGED, TARGET_KEPT, INTAKE_NOTED, VERSION_TAGGED,
                    OPERATION_RECORDED -> throw new ErrataException(
                    Failure.FACT_UNREADABLE, "type: \"" + event.type().type() + "\" (expected: a fact event)");
        };
    }

    private static Request change(FactChange change, IncomingEvent event) {
        return new Request.Change(new FactEvent(change, event.lines().map(Audience::parse).orElse(Audience.EVERY_LINE)));
    }

    private FactChange asserted(FactData.Assertion data, IncomingEvent event) {
        limit("subject chars", data.subject().length(), limits.subjectChars());
        limit("relation chars", data.relation().length(), limits.subjectChars());
        limit("prompt chars", data.prompt().length(), limits.promptChars());
        limit("object chars", data.object().length(), limits.objectChars());
        limit("previousObject chars", data.previousObject().map(String::length).orElse(0), limits.objectChars());
        limit("probes", (long) data.paraphrases().size() + data.neighbors().size(), limits.probes());
        for (String probe : List.of(data.paraphrases(), data.neighbors()).stream().flatMap(Collection::stream).toList()) {
            limit("probe chars", probe.length(), limits.probeChars());
        }
        return data.change(event.id(), event.time());
    }

    private FactChange retracted(FactData.Retraction data, IncomingEvent event) {
        limit("subject chars", data.subject().length(), limits.subjectChars());
        limit("relation chars", data.relation().length(), limits.subjectChars());
        return data.change(event.id(), event.time());
    }

    private static <T> T data(IncomingEvent event, Class<T> shape) {
        Schemas.check(event.type(), event.data(), Failure.FACT_UNREADABLE);
        try {
            return Json.MAPPER.treeToValue(event.data(), shape);
        } catch (JsonProcessingException e) {
            throw new ErrataException(Failure.FACT_UNREADABLE, e.getOriginalMessage(), e);
        }
    }

    private static void limit(String name, long value, int limit) {
        if (value > limit) {
            throw new ErrataException(Failure.FACT_TOO_LARGE, name + ": " + value + " (expected: at most " + limit + ")");
        }
    }
}
