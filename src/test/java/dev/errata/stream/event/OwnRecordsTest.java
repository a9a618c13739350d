package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.Intent;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.RawRecord;
import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Records on our own topics that we cannot have written are refused, whoever wrote them. */
class OwnRecordsTest {
    private static void fails(Failure failure, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(
                ErrataException.class, e -> assertThat(e.failure()).as(e.getMessage()).isEqualTo(failure));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The schema was asked whether infinity is at least 0, and threw what nobody catches: the editor would have ended. */
    @Test
    void shouldRefuseAnIntentWhoseNumberIsInfinite() {
        CloudEvent event = Events.of(Examples.LINE, new Intent.Rollback("r-1", 2, "wrong source", Examples.NOON));
        RawRecord record = Samples.record(Samples.json(event));
        byte[] value = text(record.value()).replace("\"to\":2", "\"to\":1e400").getBytes(StandardCharsets.UTF_8);

        assertThat(text(value)).contains("1e400");
        fails(Failure.INTENT_UNREADABLE, () ->
                IntentCodec.read(new RawRecord(record.position(), record.time(), null, value, record.headers())));
    }

    @Test
    void shouldRefuseAKeyOfWhichNormalFormLeavesNothing() {
        String note = text(EventCodec.INTAKE.encode(Examples.known()));
        byte[] blank = note.replace("\"P131\"", "\" \"").getBytes(StandardCharsets.UTF_8);

        assertThat(text(blank)).isNotEqualTo(note);
        fails(Failure.RECORD_UNREADABLE, () -> EventCodec.INTAKE.decode(blank));
    }
}
