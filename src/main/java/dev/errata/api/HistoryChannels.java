package dev.errata.api;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Without the role api nobody reads the history, so its channels stay closed. Channels are configured before there are beans. */
public final class HistoryChannels implements ConfigSourceFactory {
    static final List<String> CHANNELS = List.of("versions-in", "evaluations-in", "outcomes-in", "audit-in", "tags-in", "head-in");

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue roles = context.getValue("errata.roles");
        boolean api = roles == null || roles.getValue() == null || roles.getValue().toLowerCase(Locale.ROOT).contains("api");
        Map<String, String> closed = new HashMap<>();
        if (!api) {
            CHANNELS.forEach(channel -> closed.put("mp.messaging.incoming." + channel + ".enabled", "false"));
        }
        return List.of(new PropertiesConfigSource(closed, "history channels", ConfigSource.DEFAULT_ORDINAL));
    }

    @Override
    public OptionalInt getPriority() {
        return OptionalInt.of(ConfigSource.DEFAULT_ORDINAL);
    }
}
