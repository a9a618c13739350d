package dev.errata.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.transformer.Encoding;
import dev.errata.transformer.LmTokenizer;
import dev.errata.transformer.SubjectPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/** Strings as tokens, and the last token of a subject: tokens.json of an oracle. */
final class TokenChecks {
    private static final String HOLE = "{}";

    private final LmTokenizer tokenizer;
    private final JsonNode recording;

    TokenChecks(LmTokenizer tokenizer, JsonNode recording) {
        this.tokenizer = tokenizer;
        this.recording = recording;
    }

    Stream<DynamicTest> all() {
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(dynamicTest("special ids", this::specialIds));
        for (JsonNode string : recording.get("strings")) {
            tests.add(dynamicTest("text " + string.get("text"), () -> text(string)));
        }
        for (JsonNode row : recording.get("subject_last").get("rows")) {
            tests.add(dynamicTest("subject " + row.get("subject") + " in " + row.get("template"), () -> subject(row)));
        }
        return tests.stream();
    }

    private void specialIds() {
        if (recording.has("pad_id")) {
            assertThat(tokenizer.padId()).isEqualTo(recording.get("pad_id").longValue());
            assertThat(tokenizer.eosId()).isEqualTo(recording.get("eos_id").longValue());
        }
        assertThat(tokenizer.prependsBos()).isEqualTo(recording.has("bos_id"));
        tokenizer.bosId().ifPresent(bos -> assertThat(bos).isEqualTo(recording.get("bos_id").longValue()));
    }

    private void text(JsonNode string) {
        String text = string.get("text").textValue();
        Encoding encoding = tokenizer.encode(text);
        assertThat(encoding.ids()).isEqualTo(longs(string.get("ids")));
        List<List<Integer>> spans = IntStream.range(0, encoding.size()).mapToObj(i -> List.of(encoding.start(i), encoding.end(i))).toList();
        assertThat(spans).isEqualTo(pairs(string.get("offsets_utf16")));
        assertThat(tokenizer.decode(encoding.ids())).isEqualTo(string.get("decoded").textValue());
        int bos = tokenizer.prependsBos() ? 1 : 0;
        assertThat(tokenizer.continuation(text)).isEqualTo(StreamSupport.stream(string.get("ids").spliterator(), false)
                .skip(bos)
                .mapToLong(JsonNode::longValue)
                .toArray());
    }

    private void subject(JsonNode row) {
        String template = row.get("template").textValue();
        String subject = row.get("subject").textValue();
        int start = template.indexOf(HOLE);
        Encoding encoding = tokenizer.encode(template.replace(HOLE, subject));
        assertThat(encoding.ids()).isEqualTo(longs(row.get("ids")));
        if (row.get("by_offsets").isNull()) {
            assertThatThrownBy(() -> SubjectPosition.last(encoding, start, start + subject.length()))
                    .isInstanceOfSatisfying(ErrataException.class, e -> assertThat(e.failure()).isEqualTo(Failure.SUBJECT_EMPTY));
        } else {
            assertThat(SubjectPosition.last(encoding, start, start + subject.length())).isEqualTo(row.get("by_offsets").intValue());
        }
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::longValue).toArray();
    }

    private static List<List<Integer>> pairs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(pair -> List.of(pair.get(0).intValue(), pair.get(1).intValue()))
                .toList();
    }
}
