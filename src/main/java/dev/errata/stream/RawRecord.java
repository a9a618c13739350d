package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Position;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A record as it lay in a topic, before anybody understood it. Its arrays are shared and never changed.
 *
 * @param time the record's own timestamp
 * @param key null where the record has none
 * @param value null in a tombstone
 */
public record RawRecord(Position position, Instant time, byte[] key, byte[] value, List<Header> headers) {
    /** What the names of headers begin with that a dead letter gets, and takes along when it is put back. */
    public static final String HISTORY = "errata-";

    public RawRecord {
        requireNonNull(position, "position");
        requireNonNull(time, "time");
        headers = List.copyOf(headers);
    }

    /** One header; {@code value} may be null. */
    public record Header(String name, byte[] value) {
        public Header {
            requireNonNull(name, "name");
        }

        int bytes() {
            return name.length() + length(value);
        }
    }

    /** The text of the last header of that name; empty where there is none. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equals(name) && header.value() != null)
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .reduce((one, other) -> other);
    }

    /** Bytes of key, value and headers. */
    public long bytes() {
        return bytes(true);
    }

    /** The same without {@link #HISTORY}: what its source has sent. */
    public long bytesSent() {
        return bytes(false);
    }

    private long bytes(boolean history) {
        long bytes = (long) length(key) + length(value);
        for (Header header : headers) {
            bytes += history || !header.name().startsWith(HISTORY) ? header.bytes() : 0;
        }
        return bytes;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
