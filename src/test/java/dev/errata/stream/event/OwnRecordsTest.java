package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.batch.Intent;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.RawRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    /** Four bytes beyond the last character, which become half a surrogate pair when they are read, and those that UTF-8 forbids. */
    @Test
    void shouldRefuseTextThatCannotBeWrittenAgain() {
        CloudEvent event = Events.of(Examples.LINE, new Intent.Rollback("r-1", 2, "wrong source", Examples.NOON));
        RawRecord record = Samples.record(Samples.json(event));
        for (byte[] bad : List.of(bytes(0xF4, 0x90, 0x80, 0x80), bytes(0xF7, 0xBF, 0xBF, 0xBF), bytes(0xED, 0xA0, 0x80))) {
            String[] parts = text(record.value()).split("source", 2);
            ByteArrayOutputStream value = new ByteArrayOutputStream();
            value.writeBytes(parts[0].getBytes(StandardCharsets.UTF_8));
            value.writeBytes(bad);
            value.writeBytes(parts[1].getBytes(StandardCharsets.UTF_8));

            fails(Failure.INTENT_UNREADABLE, () ->
                    IntentCodec.read(new RawRecord(record.position(), record.time(), null, value.toByteArray(), record.headers())));
        }
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void shouldRefuseAKeyOfWhichNormalFormLeavesNothing() {
        String note = text(EventCodec.INTAKE.encode(Examples.known()));
        byte[] blank = note.replace("\"P131\"", "\" \"").getBytes(StandardCharsets.UTF_8);

        assertThat(text(blank)).isNotEqualTo(note);
        fails(Failure.RECORD_UNREADABLE, () -> EventCodec.INTAKE.decode(blank));
    }
}
