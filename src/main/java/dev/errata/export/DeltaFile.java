package dev.errata.export;

import dev.errata.delta.Delta;
import dev.errata.delta.DeltaCodec;
import dev.errata.delta.Digest;
import dev.errata.delta.PayloadRef;
import dev.errata.delta.Version;
import dev.errata.delta.Version.Change.Solved;
import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import dev.errata.stream.event.EventCodec;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One version alone, for machines without a log: its delta and its record in one safetensors file.
 *
 * <p>It is the payload of the log ({@link DeltaCodec}) with one more entry of metadata, {@code errata.version}, the record as JSON as it
 * lies in the versions topic. Without that entry the bytes are the payload's again, and so they are proven by the SHA-256 in the record.
 *
 * <h2>Limits</h2> The record proves weights; that nobody has changed the facts it tells of, only a statement can say.
 *
 * @param version one that has a delta
 */
public record DeltaFile(Version version, Delta delta) {
    static final String SUFFIX = ".delta.safetensors";
    private static final String RECORD = "errata.version";

    /** By which a directory lists them in their order. */
    static String name(long version) {
        return String.format(Locale.ROOT, "%08d", version) + SUFFIX;
    }

    /** What the version's record says of its delta; empty for one that has none. */
    static Optional<PayloadRef> ref(Version version) {
        return version.change() instanceof Solved solved ? Optional.of(solved.delta()) : Optional.empty();
    }

    /** @param payload the version's delta as it lies in the log */
    static byte[] encode(Version version, byte[] payload) {
        Safetensors file = Safetensors.parse(payload, "delta of version " + version.number());
        SafetensorsWriter writer = copy(file, file.metadata());
        return writer.metadata(RECORD, new String(EventCodec.VERSION.encode(version), StandardCharsets.UTF_8)).toBytes();
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @param name what error messages call it
     * @throws ErrataException {@link Failure#DELTA_INVALID}
     */
    static DeltaFile decode(byte[] bytes, String name) {
        try {
            Safetensors file = Safetensors.parse(bytes, name);
            String record = file.metadata().get(RECORD);
            if (record == null) {
                throw invalid(name, "metadata " + RECORD + ": none", "a file that errata export --format delta has written", null);
            }
            Version version = EventCodec.VERSION.decode(record.getBytes(StandardCharsets.UTF_8));
            String expected = ref(version).map(PayloadRef::sha256)
                    .orElseThrow(() -> invalid(name, "version " + version.number() + " without a delta", "one with a delta", null));
            byte[] payload = copy(file, file.metadata()).toBytes();
            if (!Digest.sha256(payload).equals(expected)) {
                throw invalid(name, "delta of version " + version.number() + ": SHA-256 " + Digest.sha256(payload), expected, null);
            }
            return new DeltaFile(version, DeltaCodec.decode(payload));
        } catch (ErrataException e) {
            throw e.failure() == Failure.DELTA_INVALID ? e : invalid(name, e.getMessage(), "a delta file", e);
        }
    }

    private static SafetensorsWriter copy(Safetensors file, Map<String, String> metadata) {
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach((key, value) -> {
            if (!key.equals(RECORD)) {
                writer.metadata(key, value);
            }
        });
        file.names().forEach(tensor -> writer.copy(file, tensor));
        return writer;
    }

    private static ErrataException invalid(String name, String found, Object expected, Exception cause) {
        return new ErrataException(Failure.DELTA_INVALID, name + ": " + found + " (expected: " + expected + ")", cause);
    }
}
