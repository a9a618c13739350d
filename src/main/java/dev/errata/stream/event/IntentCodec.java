package dev.errata.stream.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.errata.batch.Batch;
import dev.errata.batch.Intent;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.RawRecord;

/**
 * Intents as events and back. Batches are our own; requests may come from anyone who can write to the topic.
 *
 * <p>Law: what {@link Events#of(dev.errata.stream.ModelLine, Intent)} writes is read as the same intent.
 */
public final class IntentCodec {
    private static final int ID_CHARS = 200;

    private IntentCodec() {}

    /** The data of a rollback request; its id and time are CloudEvents attributes. */
    record RollbackData(long to, String reason) {
        static RollbackData of(Intent.Rollback rollback) {
            return new RollbackData(rollback.to(), rollback.reason());
        }
    }

    /** The data of a rebase request; likewise. */
    record RebaseData(String reason) {}

    /** @throws ErrataException INTENT_UNREADABLE */
    public static Intent read(RawRecord record) {
        IncomingEvent event = IncomingEvent.read(record, Failure.INTENT_UNREADABLE);
        Schemas.check(event.type(), event.data(), Failure.INTENT_UNREADABLE);
        try {
            if (event.type() == EventType.BATCH_SEALED) {
                return new Intent.Edit(Json.MAPPER.treeToValue(event.data(), Batch.class));
            }
            if (event.type() == EventType.ROLLBACK_REQUESTED) {
                RollbackData data = Json.MAPPER.treeToValue(event.data(), RollbackData.class);
                return new Intent.Rollback(requested(event), data.to(), data.reason(), event.time());
            }
            if (event.type() == EventType.REBASE_REQUESTED) {
                RebaseData data = Json.MAPPER.treeToValue(event.data(), RebaseData.class);
                return new Intent.Rebase(requested(event), data.reason(), event.time());
            }
        } catch (JsonProcessingException e) {
            throw new ErrataException(Failure.INTENT_UNREADABLE, e.getOriginalMessage(), e);
        }
        throw new ErrataException(Failure.INTENT_UNREADABLE, "type: \"" + event.type().type() + "\" (expected: an intent)");
    }

    /** The id of a request, which anybody may have made up. */
    private static String requested(IncomingEvent event) {
        String id = event.id().id();
        if (id.length() > ID_CHARS) {
            throw new ErrataException(
                    Failure.INTENT_UNREADABLE, "id chars: " + id.length() + " (expected: at most " + ID_CHARS + ")");
        }
        return id;
    }
}
