package dev.errata.stream;

import static java.util.Objects.requireNonNull;

import dev.errata.fact.Position;
import java.time.Instant;
import java.util.List;

/**
 * A record as it lay in a topic, before anybody understood it. Its arrays are shared and never changed.
 *
 * @param time the record's own timestamp
 * @param key null where the record has none
 * @param value null in a tombstone
 */
public record RawRecord(Position position, Instant time, byte[] key, byte[] value, List<Header> headers) {
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

    /** Bytes of key, value and headers. */
    public long bytes() {
        return (long) length(key) + length(value) + headers.stream().mapToLong(Header::bytes).sum();
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
