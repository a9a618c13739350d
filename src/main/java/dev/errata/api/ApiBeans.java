package dev.errata.api;

import com.fasterxml.jackson.core.JsonParser;
import dev.errata.service.Wiring;
import dev.errata.stream.channels.ChannelSettings;
import dev.errata.stream.event.FactDocuments;
import dev.errata.stream.event.FactReader;
import dev.errata.stream.kafka.ClientFactory;
import dev.errata.stream.kafka.KafkaBranch;
import dev.errata.stream.kafka.KafkaHistory;
import dev.errata.stream.kafka.OperatorLog;
import dev.errata.worker.Settings;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Makes what resources and channels need out of the settings. */
final class ApiBeans {
    /** Named as {@code kafka-configuration} of the channels in application.properties. */
    static final String KAFKA = "errata";

    @Produces
    @Singleton
    ChannelSettings channels(Settings settings) {
        return new ChannelSettings(new Wiring(settings).line(), settings.history().versions(), settings.history().outcomes());
    }

    /** The user's client properties, which the channels take as they are. */
    @Produces
    @Singleton
    @Identifier(KAFKA)
    Map<String, Object> kafka(Settings settings) {
        return new HashMap<>(settings.kafka().client());
    }

    /** A name that is written twice is refused, as everywhere else in Errata: nobody could say which of the two was meant. */
    @Produces
    @Singleton
    ObjectMapperCustomizer noDuplicates() {
        return mapper -> mapper.configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true);
    }

    @Produces
    @Singleton
    FactDocuments documents(Settings settings) {
        return new FactDocuments(new FactReader(new Wiring(settings).limits()), "urn:errata:rest", event -> UUID.randomUUID().toString());
    }

    @Produces
    @Singleton
    OperatorLog operators(Settings settings, ChannelSettings channels) {
        return new OperatorLog(new Wiring(settings).kafka(), channels.line(), Clock.systemUTC());
    }

    @Produces
    @Singleton
    KafkaHistory topics(Settings settings, ChannelSettings channels) {
        return new KafkaHistory(new Wiring(settings).kafka(), channels.line());
    }

    @Produces
    @Singleton
    KafkaBranch branches(Settings settings, ChannelSettings channels) {
        Wiring wiring = new Wiring(settings);
        return new KafkaBranch(ClientFactory.of(wiring.kafka()), channels.line(), wiring.limits(), Clock.systemUTC());
    }

    void close(@Disposes OperatorLog operators) {
        operators.close();
    }
}
