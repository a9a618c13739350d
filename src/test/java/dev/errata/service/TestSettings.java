package dev.errata.service;

import dev.errata.worker.Settings;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Settings as a process has them: the defaults, and these. */
final class TestSettings {
    private TestSettings() {}

    static Settings of(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(Settings.class);
    }
}
