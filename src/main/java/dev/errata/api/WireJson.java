package dev.errata.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.stream.event.EventCodec;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Records of the log as the JSON that they are in the log: what {@code schemas/} says of a topic is true of REST too. */
@Singleton
final class WireJson {
    private final ObjectMapper mapper;

    @Inject
    WireJson(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Anything else, as REST writes it. */
    JsonNode of(Object value) {
        return mapper.valueToTree(value);
    }

    <T> JsonNode of(EventCodec<T> codec, T value) {
        try {
            return mapper.readTree(codec.encode(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
