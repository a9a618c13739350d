package dev.errata.stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errata.fact.Position;
import dev.errata.failure.Failure;
import dev.errata.stream.Examples;
import dev.errata.stream.RawRecord;
import dev.errata.stream.RawRecord.Header;
import dev.errata.stream.Topic;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
    private static final List<Header> HEADERS = List.of(new Header("h", new byte[] {7}), new Header("null", null));

    private static ProducerRecord<byte[], byte[]> letter(byte[] value, String reason) {
        RawRecord record = new RawRecord(new Position(3, 9), Examples.NOON, new byte[] {1}, value, HEADERS);
        return DeadLetters.of(Examples.LINE, Topic.FACTS, record, Failure.FACT_UNREADABLE, reason, Examples.NOON);
    }

    @Test
    void shouldKeepATombstoneAndEmptyHeaders() {
        ProducerRecord<byte[], byte[]> letter = letter(null, "no value");

        assertThat(letter.value()).isNull();
        assertThat(letter.key()).containsExactly(1);
        assertThat(letter.headers().lastHeader("null").value()).isNull();
        assertThat(letter.headers().lastHeader("errata-offset").value()).asString().isEqualTo("9");
    }

    @Test
    void shouldAlwaysFitItsTopic() {
        ProducerRecord<byte[], byte[]> letter = letter(new byte[Topic.LARGE_BYTES], "r".repeat(Topic.LARGE_BYTES));

        assertThat(letter.value()).hasSize(1024 * 1024);
        assertThat(letter.headers().lastHeader("errata-bytes").value()).asString().isEqualTo("" + (Topic.LARGE_BYTES + 1 + 2 + 4));
        assertThat(letter.headers().lastHeader("errata-reason").value()).hasSize(2000);
    }
}
