package dev.errata.delta;

import dev.errata.failure.ErrataException;
import dev.errata.failure.Failure;
import dev.errata.safetensors.Safetensors;
import dev.errata.safetensors.SafetensorsWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/** What the two payload codecs share: a payload is accepted only if it is, byte for byte, what the codec itself would have written. */
final class Canonical {
    /** Metadata key that names the kind and version of a payload. */
    static final String KIND = "errata";

    private Canonical() {}

    static <T> byte[] encode(T value, Function<T, SafetensorsWriter> encoder, String what) {
        try {
            return encoder.apply(value).toBytes();
        } catch (ErrataException e) {
            throw invalid(what, e.getMessage(), e);
        }
    }

    static <T> T decode(byte[] payload, Function<Safetensors, T> decoder, Function<T, SafetensorsWriter> encoder, String what) {
        T value;
        try {
            value = decoder.apply(Safetensors.parse(payload, what));
        } catch (ErrataException e) {
            throw e.failure() == Failure.DELTA_INVALID ? e : invalid(what, e.getMessage(), e);
        }
        int difference = Arrays.mismatch(encode(value, encoder, what), payload);
        if (difference >= 0) {
            throw invalid(what, "byte " + difference + " is not as the codec writes it (expected: the canonical form)", null);
        }
        return value;
    }

    static void requireKind(Map<String, String> metadata, String kind) {
        if (!kind.equals(metadata.get(KIND))) {
            throw invalid(kind, "metadata " + KIND + ": " + metadata.get(KIND) + " (expected: " + kind + ")", null);
        }
    }

    static ErrataException invalid(String what, String why, Throwable cause) {
        return new ErrataException(Failure.DELTA_INVALID, what + ": " + why, cause);
    }
}
