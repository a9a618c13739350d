package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private static ConsumerRecord<byte[], byte[]> with(String header, String value) {
        return LogParsers.with(header, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOfSatisfying(
                ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.RECORD_UNREADABLE)).hasMessage(message);
    }

    @Test
    void shouldReadANumberOrSayThatThereIsNone() {
        assertThat(Records.number(with("n", "41"), "n")).hasValue(41);
        assertThat(Records.number(with("n", "41"), "m")).isEmpty();
        assertThat(Records.time(with("ce_time", "2026-03-01T12:00:00Z"))).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
    }

    @Test
    void shouldRefuseWithACodeWhenAHeaderIsNotWhatWeWrite() {
        refused(() -> Records.number(with("n", "4x"), "n"), "errata.versions 0@5: n: 4x (expected: a number)");
        refused(() -> Records.number(with("n", "9223372036854775808"), "n"),
                "errata.versions 0@5: n: 9223372036854775808 (expected: a number)");
        refused(() -> Records.time(with("ce_time", "noon")), "errata.versions 0@5: ce_time: noon (expected: an instant)");
        refused(() -> Records.time(with("n", "1")), "errata.versions 0@5: ce_time: null (expected: an instant)");
    }
}
