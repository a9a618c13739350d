package dev.errata.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.errata.delta.Digest;
import dev.errata.fact.FactChange;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.stream.FactEvent;
import dev.errata.stream.FactLimits;
import dev.errata.stream.event.FactDocuments;
import dev.errata.stream.event.FactReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The fact changes of a file: one JSON document on a line, or one JSON array. A document is ours, or a record of {@link CounterFact}.
 *
 * <p>An event that names no id gets one from its source and content, so that the same file may be published again, after a failure for
 * example, without anything happening twice.
 *
 * <h2>Limits</h2> {@value #CHANGES_MAX} changes, {@value #BAD_MAX} bad ones; they are all held in memory, because nothing is published
 * before all of them are good.
 *
 * @param changes the good ones, in the order of the file
 * @param bad what is wrong, in the order of the file
 */
record FactFile(List<Change> changes, List<Bad> bad) {
    static final int CHANGES_MAX = 1_000_000;
    static final int BAD_MAX = 10_000;
    private static final int ID_CHARS = 32;
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    FactFile {
        changes = List.copyOf(changes);
        bad = List.copyOf(bad);
    }

    /** @param line where it begins, from 1 */
    record Change(int line, FactEvent event) {
        FactChange change() {
            return event.change();
        }
    }

    /** @param line where it begins, from 1 */
    record Bad(int line, Failure code, String message) {}

    /**
     * @param source of documents that name none
     * @param now the time of documents that name none
     */
    static FactFile read(InputStream in, FactLimits limits, String source, Instant now) throws IOException {
        Reading reading = new Reading(new FactDocuments(new FactReader(limits), source, FactFile::contentId), now);
        BufferedInputStream bytes = new BufferedInputStream(in);
        if (isArray(bytes)) {
            reading.array(bytes);
        } else {
            reading.lines(bytes);
        }
        return new FactFile(reading.changes, reading.bad);
    }

    private static String contentId(ObjectNode event) {
        return Digest.sha256(event.toString().getBytes(StandardCharsets.UTF_8)).substring(0, ID_CHARS);
    }

    /** Whether the first character that is no white space opens an array. */
    private static boolean isArray(BufferedInputStream in) throws IOException {
        in.mark(8192);
        int first;
        do {
            first = in.read();
        } while (first == ' ' || first == '\t' || first == '\r' || first == '\n');
        in.reset();
        return first == '[';
    }

    /** Collects while a file is read. */
    private record Reading(FactDocuments documents, Instant now, List<Change> changes, List<Bad> bad) {
        Reading(FactDocuments documents, Instant now) {
            this(documents, now, new ArrayList<>(), new ArrayList<>());
        }

        void lines(InputStream in) throws IOException {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            int line = 1;
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    line(line++, text.toByteArray());
                    text.reset();
                } else {
                    text.write(next);
                }
            }
            line(line, text.toByteArray());
        }

        /** Bytes, not text: what is no UTF-8 must not become a fact about replacement characters. */
        private void line(int line, byte[] text) {
            if (!new String(text, StandardCharsets.UTF_8).isBlank()) {
                try {
                    add(line, FactDocuments.parse(text));
                } catch (ErrataException e) {
                    bad(line, e);
                }
            }
        }

        private void bad(int line, ErrataException e) {
            if (bad.size() == BAD_MAX) {
                throw new CliException(ExitCode.BAD_INPUT, "line " + line + ": more than " + BAD_MAX + " bad facts; no more is read");
            }
            bad.add(new Bad(line, e.failure(), e.getMessage()));
        }

        void array(InputStream in) throws IOException {
            int line = 1;
            try (JsonParser parser = JSON.createParser(in)) {
                parser.nextToken();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    line = parser.currentTokenLocation().getLineNr();
                    add(line, parser.readValueAsTree());
                }
            } catch (JsonProcessingException e) {
                // Nobody knows where the next element would begin.
                int at = e.getLocation() == null ? line : e.getLocation().getLineNr();
                bad.add(new Bad(at, Failure.FACT_UNREADABLE, e.getOriginalMessage()));
            } catch (CharConversionException e) {
                bad.add(new Bad(line, Failure.FACT_UNREADABLE, e.getMessage()));
            }
        }

        private void add(int line, JsonNode document) {
            if (changes.size() == CHANGES_MAX) {
                throw new CliException(ExitCode.BAD_INPUT, "line " + line + ": more than " + CHANGES_MAX + " facts; split the file");
            }
            try {
                changes.add(new Change(line, documents.read(CounterFact.is(document) ? CounterFact.document(document) : document, now)));
            } catch (ErrataException e) {
                bad(line, e);
            }
        }
    }
}
