package dev.errata.stream.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.errata.fact.EventId;
import dev.errata.fact.FactKey;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RecordKeyTest {
    @Property
    void shouldGiveTheFactKeyBack(@ForAll String subject, @ForAll String relation) {
        FactKey key = FactKey.of("s" + subject, "r" + relation);
        Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(key.toString()));

        assertThat(RecordKey.factKey(RecordKey.of("m", key))).isEqualTo(key);
        assertThat(RecordKey.isOf(RecordKey.of("m", key), "m")).isTrue();
        assertThat(RecordKey.isOf(RecordKey.of("m", key), "n")).isFalse();
    }

    @Property
    void shouldGiveTheEventBack(@ForAll String source, @ForAll String id) {
        EventId event = new EventId("s" + source, "i" + id);
        Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(event.toString()));

        assertThat(RecordKey.event(RecordKey.of("m", event))).isEqualTo(event);
    }

    @Example
    void shouldKeepEventsApartThatLookAlikeWhenJoined() {
        assertThat(RecordKey.of("m", new EventId("a#b", "c"))).isNotEqualTo(RecordKey.of("m", new EventId("a", "b#c")));
    }

    @Example
    void shouldSayThatAStrangeKeyIsNobodys() {
        assertThat(RecordKey.isOf(null, "m")).isFalse();
        assertThat(RecordKey.isOf("m".getBytes(StandardCharsets.UTF_8), "m")).isFalse();
        assertThat(RecordKey.isOf("[\"m\"]".getBytes(StandardCharsets.UTF_8), "m")).isFalse();
    }

    @Example
    void shouldRefuseAKeyOfNothing() {
        byte[] key = "[\"m\",\" \",\"r\"]".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> RecordKey.factKey(key)).isInstanceOfSatisfying(
                ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.RECORD_UNREADABLE));
    }

    @Example
    void shouldRefuseAKeyOfAnEventWithoutAnId() {
        byte[] key = "[\"m\",\"source\",\"\"]".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> RecordKey.event(key)).isInstanceOfSatisfying(
                ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.RECORD_UNREADABLE));
    }
}
