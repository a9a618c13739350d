package dev.errata.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryChannelsTest {
    private static Optional<Boolean> enabled(Map<String, String> settings, String channel) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .withSources(new HistoryChannels())
                .build()
                .getOptionalValue("mp.messaging.incoming." + channel + ".enabled", Boolean.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "accumulator,follower"})
    void shouldCloseEveryChannelWhenThereIsNoRoleApi(String roles) {
        for (String channel : HistoryChannels.CHANNELS) {
            assertThat(enabled(Map.of("errata.roles", roles), channel)).as(channel).contains(false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "worker,API"})
    void shouldLeaveThemOpenWhenThereIs(String roles) {
        assertThat(enabled(Map.of("errata.roles", roles), "versions-in")).isEmpty();
    }

    @Test
    void shouldLeaveThemOpenWhenNothingIsSaid() {
        assertThat(enabled(Map.of(), "versions-in")).isEmpty();
    }
}
