package dev.errata.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.errata.delta.Digest;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A statement as the bytes of its file, and back.
 *
 * <p>Laws: {@code decode(encode(s))} is s with its seal, and {@code encode(decode(b))} is b for all bytes that are accepted: what is not
 * exactly as it was written, down to a blank, is refused, and so is what does not fit its seal.
 *
 * <h2>Thread safety</h2> Stateless.
 */
final class StatementCodec {
    /** A statement has seven levels. Indented, a thousand of them would be a thousand times as long. */
    private static final int DEPTH = 20;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** The same line ends everywhere. */
    private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");

    private static final ObjectWriter WRITER =
            JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(INDENTER).withArrayIndenter(INDENTER));

    private StatementCodec() {}

    /** Seals it. */
    static byte[] encode(Statement statement) {
        return bytes(statement.sealed(seal(statement)));
    }

    /** @throws ErrataException {@link Failure#EXPORT_INVALID} */
    static Statement decode(byte[] bytes) {
        Statement statement;
        try {
            statement = JSON.readValue(bytes, Statement.class);
        } catch (JsonProcessingException e) {
            throw invalid("no statement: " + e.getOriginalMessage(), "JSON as errata export writes it", e);
        } catch (IOException | RuntimeException e) {
            throw invalid("no statement: " + e, "JSON as errata export writes it", e);
        }
        if (statement == null) {
            throw invalid("no statement: null", "an object", null);
        }
        require(statement.type(), Statement.TYPE);
        require(statement.predicateType(), Statement.PREDICATE_TYPE);
        require(statement.predicate().buildDefinition().buildType(), Statement.BUILD_TYPE);
        String seal = statement.predicate().runDetails().metadata().seal();
        if (!seal.equals(seal(statement))) {
            throw invalid("seal: " + seal, seal(statement) + "; it was changed after it was written", null);
        }
        int difference = Arrays.mismatch(bytes(statement), bytes);
        if (difference >= 0) {
            throw invalid("byte " + difference + " is not as it was written", "no change at all", null);
        }
        return statement;
    }

    private static String seal(Statement statement) {
        return Digest.sha256(bytes(statement.sealed("")));
    }

    private static byte[] bytes(Statement statement) {
        try {
            return (WRITER.writeValueAsString(statement) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException | RuntimeException e) {
            throw invalid("cannot be written: " + e, "text in Unicode", e);
        }
    }

    private static void require(String found, String expected) {
        if (!found.equals(expected)) {
            throw invalid("type: " + found, expected, null);
        }
    }

    private static ErrataException invalid(String found, String expected, Exception cause) {
        return new ErrataException(Failure.EXPORT_INVALID, Statement.FILE + ": " + found + " (expected: " + expected + ")", cause);
    }
}
