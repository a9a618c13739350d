package dev.errata.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.errata.history.Ending;
import dev.errata.history.LogFilter;
import dev.errata.history.LogPage;
import dev.errata.history.Status;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/** What the answers of the room {@code history} are called in JSON; that room knows no Jackson. */
@Singleton
final class HistoryShapes implements ObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
        mapper.addMixIn(LogPage.Line.class, LineKinds.class);
        mapper.addMixIn(Ending.class, EndingKinds.class);
        mapper.addMixIn(Status.class, Labelled.class);
        mapper.addMixIn(LogFilter.Cursor.class, AsText.class);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({@Type(name = "version", value = LogPage.Made.class), @Type(name = "change", value = LogPage.Settled.class)})
    private interface LineKinds {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @Type(name = "replaced", value = Ending.Replaced.class),
        @Type(name = "retracted", value = Ending.Retracted.class),
        @Type(name = "rolledBack", value = Ending.RolledBack.class),
        @Type(name = "takenOut", value = Ending.TakenOut.class)
    })
    private interface EndingKinds {}

    private interface Labelled {
        @JsonValue
        String label();
    }

    private interface AsText {
        @JsonValue
        String toString();
    }
}
